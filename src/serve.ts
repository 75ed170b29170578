import type { Config } from './config/config.js';
import { endInOrder } from './platform/early-end.js';
import { listen } from './platform/listen.js';
import type { Log } from './platform/log.js';
import { isFirstWorker, PrimaryLink } from './workers/primary-link.js';

/** Serves until a signal ends the process. @throws Error when it can't */
export async function serve(config: Config, log: Log): Promise<void> {
  // Of several workers the first one alone says what all of them do.
  const say = (line: string) => (isFirstWorker() ? log.log(line, 'Server') : log.debug(line, 'Server'));
  // On a busy machine that takes long enough to wonder what goes on.
  const { createApp } = await import('./app.setup.js');
  say('loaded: opening the database and starting the services');
  const app = await createApp(config, { log });
  app.enableShutdownHooks(endInOrder(), { useProcessExit: true });
  const where = await listen(app, config.http);
  say(`${config.docs.title} listens on ${where}, for browsers on ${config.http.publicUrl}`);
  if (config.oidc.embedded) console.log((await import('./dev-identity/welcome.js')).welcome(config));
  await app.get(PrimaryLink).serves();
}
