import { readFileSync } from 'node:fs';
import { createApp } from './app.setup.js';
import { readEnvironment } from './config/env-file.js';
import { ConfigError, parseConfig } from './config/parse-config.js';

const NO_PROVIDER =
  'Give APIKM_OIDC_ENDPOINT, APIKM_OIDC_REALM, APIKM_OIDC_CLIENT_ID and APIKM_OIDC_CLIENT_SECRET of your Keycloak.';

try {
  const config = parseConfig(readEnvironment(process.env, readDotEnv()));
  if (config.oidc.embedded) throw new Error(NO_PROVIDER);
  config.warnings.forEach((warning) => console.warn(warning));
  const app = await createApp(config);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);
  console.log(`${config.docs.title} listens on ${config.http.publicUrl}`);
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
