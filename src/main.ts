import { readFileSync } from 'node:fs';
import { createApp } from './app.setup.js';
import { readEnvironment } from './config/env-file.js';
import { ConfigError, parseConfig } from './config/parse-config.js';
import { welcome } from './dev-identity/welcome.js';

try {
  const config = parseConfig(readEnvironment(process.env, readDotEnv()));
  config.warnings.forEach((warning) => console.warn(warning));
  const app = await createApp(config);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);
  console.log(`${config.docs.title} listens on ${config.http.publicUrl}`);
  if (config.oidc.embedded) console.log(welcome(config));
} catch (error) {
  console.error(
    error instanceof ConfigError
      ? error.message
      : `The server can't start: ${String((error as Error).message)}`,
  );
  process.exit(1);
}

function readDotEnv(): string {
  try {
    return readFileSync('.env', 'utf8');
  } catch {
    return '';
  }
}
