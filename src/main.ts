import cluster from 'node:cluster';
import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { logFormatOf, parseConfig } from './config/parse-config.js';
import { endEarly } from './platform/early-end.js';
import { lastWords } from './platform/last-words.js';
import { openLog } from './platform/log.js';
import { VERSION } from './platform/version.js';
import { workersIn } from './workers/cores.js';

// A worker's settings are those that the primary has checked, whatever the file says by now.
const file = cluster.isPrimary ? dotEnvFile() : '';
const env = readEnvironment(process.env, file);
const end = (sentence: string) => (error: unknown) =>
  lastWords(logFormatOf(env), sentence, error).finally(() => process.exit(1));
process.once('uncaughtException', end('The server ends'));
endEarly();

try {
  const config = parseConfig(env);
  const log = await openLog(config);
  if (cluster.isPrimary) {
    log.log(`version ${VERSION} on Node ${process.version} starts: loading the program`, 'Server');
    config.warnings.forEach((warning) => log.warn(warning, 'Settings'));
  }
  const workers = cluster.isPrimary ? workersIn(config) : 1;
  if (workers === 1) await (await import('./serve.js')).serve(config, log);
  else process.exit(await (await import('./workers/primary.js')).lead(workers, { config, env, log }));
} catch (error) {
  await end("The server can't start")(error);
}
