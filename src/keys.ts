import 'reflect-metadata';
import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { parseConfig } from './config/parse-config.js';
import { ENTITIES } from './entities.js';
import { openKeys } from './keys-command/open.js';
import { runKeys } from './keys-command/run.js';
import { TERMINAL } from './keys-command/terminal.js';
import { endUndone } from './platform/early-end.js';
import { maskKeys } from './platform/redact.js';

endUndone();
process.exitCode = await runKeys(process.argv.slice(2), TERMINAL, () => {
  const config = parseConfig(readEnvironment(process.env, dotEnvFile()));
  return openKeys(config, ENTITIES, (line) => TERMINAL.err(`${maskKeys(line)}\n`));
});
