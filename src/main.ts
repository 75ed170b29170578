import { existsSync, readFileSync } from 'node:fs';
import { readEnvironment } from './config/env-file.js';
import { logFormatOf, parseConfig } from './config/parse-config.js';
import { endEarly, endInOrder } from './platform/early-end.js';
import { lastWords } from './platform/last-words.js';
import { listen } from './platform/listen.js';
import { openLog } from './platform/log.js';
import { VERSION } from './platform/version.js';

const env = readEnvironment(process.env, existsSync('.env') ? readFileSync('.env', 'utf8') : '');
const end = (sentence: string) => (error: unknown) =>
  lastWords(logFormatOf(env), sentence, error).finally(() => process.exit(1));
process.once('uncaughtException', end('The server ends'));
endEarly();

try {
  const config = parseConfig(env);
  const log = await openLog(config);
  log.log(`version ${VERSION} on Node ${process.version} starts: loading the program`, 'Server');
  config.warnings.forEach((warning) => log.warn(warning, 'Settings'));
  // On a busy machine that takes long enough to wonder what goes on.
  const { createApp } = await import('./app.setup.js');
  log.log('loaded: opening the database and starting the services', 'Server');
  const app = await createApp(config, { log });
  app.enableShutdownHooks(endInOrder(), { useProcessExit: true });
  const where = await listen(app, config.http);
  log.log(`${config.docs.title} listens on ${where}, for browsers on ${config.http.publicUrl}`, 'Server');
  if (config.oidc.embedded) console.log((await import('./dev-identity/welcome.js')).welcome(config));
} catch (error) {
  await end("The server can't start")(error);
}
