import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { parseConfig } from './config/parse-config.js';
import type { Config } from './config/config.js';
import { pendingOf } from './database/open-database.js';
import { ENTITIES } from './entities.js';
import { endUndone } from './platform/early-end.js';
import { VERSION } from './platform/version.js';
import { judgeUpgrade, UnknownVersion } from './upgrade/judge.js';

const HELP = `Tells whether replicas may be replaced by this version (${VERSION}) one after another, and whether it would start here.

npm run upgrade:check -- --from VERSION, or node dist/upgrade-check.js --from VERSION

  --from VERSION         what runs now, such as 1.0.0; predecessor: the program before this one
  --help                 this text

The settings are read as at a start, and the database that they name is read, but nothing is changed in it.

Exit code: 0 rolling upgrade possible, 3 stop all replicas first, 1 this version would not start here, 2 undetermined.`;

const [ROLLING, NO_START, UNTOLD, STOP_ALL] = [0, 1, 2, 3];

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return say(HELP, ROLLING);
  if (values.from === undefined) throw new UnknownVersion('--from is missing: the version that runs now.');
  const { isRolling, sentences } = judgeUpgrade(values.from);
  try {
    const config = settings();
    sentences.forEach((sentence) => say(sentence));
    config.warnings.forEach((warning) => say(`Settings: ${warning}`));
    say(await describeSchema(config));
  } catch (error) {
    return say(`This version would not start here: ${(error as Error).message}`, NO_START);
  }
  return isRolling ? ROLLING : STOP_ALL;
}

/** @throws Error with every setting that is wrong */
function settings(): Config {
  return parseConfig(readEnvironment(process.env, dotEnvFile()));
}

/** @throws Error when the database can't be asked */
async function describeSchema({ database }: Config): Promise<string> {
  if (database.kind === 'embedded') return 'The embedded database is brought up to date at the start.';
  const pending = await pendingOf(database, ENTITIES);
  return pending.length
    ? `Migrations to come (${pending.length}): ${pending.join(', ')}.`
    : 'The schema is up to date.';
}

function say(text: string, code = ROLLING): number {
  process.stdout.write(`${text}\n`);
  return code;
}

endUndone();
try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = UNTOLD;
}
