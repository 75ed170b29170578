import { existsSync, readFileSync } from 'node:fs';
import { createApp } from './app.setup.js';
import { readEnvironment } from './config/env-file.js';
import { parseConfig } from './config/parse-config.js';
import { welcome } from './dev-identity/welcome.js';
import { openLog } from './platform/log.js';

try {
  const dotEnv = existsSync('.env') ? readFileSync('.env', 'utf8') : '';
  const config = parseConfig(readEnvironment(process.env, dotEnv));
  const log = await openLog(config);
  config.warnings.forEach((warning) => log.warn(warning, 'Settings'));
  const app = await createApp(config, { log });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);
  log.log(`${config.docs.title} listens on ${config.http.publicUrl}`, 'Server');
  if (config.oidc.embedded) console.log(welcome(config));
} catch (error) {
  console.error(`The server can't start: ${(error as Error).message}`);
  process.exit(1);
}
