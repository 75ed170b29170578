// The options of npm run bench.
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const flag = { type: 'boolean', default: false };

const HELP = `npm run bench -- OPTIONS
Verification side by side with what limits it, in interleaved rounds: a table, and a JSON of all. About seven minutes
with the defaults. It measures on a throw-away PostgreSQL where that is installed, else on the embedded database; wrk
makes the load where that is installed, else autocannon.
  --seconds 2 --rounds 5    how long a case takes in a round, and how many rounds
  --keys 1000 --cold 100000 keys that come in turn, and keys that come once, never seen before
  --table 100000            rows in the table at least, for the cold keys and for its ratio to 1,000 rows;
                            the ratio is judged from 1000000 on (PostgreSQL)
  --postgres URL            an empty database that may be filled, of an account that may create two more
  --embedded                the embedded database, whatever is installed
  --against better-auth     that beside ours on the same PostgreSQL, from npm, kept in ~/.cache/apikeymanager
  --long                    memory after 10,000,000 requests, too
  --json FILE               where the JSON goes
  --profile                 a CPU profile of our server beside the JSON`;

/** Ends the process where it was only asked what there is, or was asked for what there is not. */
export function readOptions() {
  try {
    const options = parsed();
    if (!options.help) return options;
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(1);
  }
}

function parsed() {
  const { values } = parseArgs({
    options: {
      help: flag,
      seconds: text('2'),
      rounds: text('5'),
      keys: text('1000'),
      cold: text('100000'),
      table: text('100000'),
      postgres: { type: 'string' },
      embedded: flag,
      against: { type: 'string' },
      json: text(join(import.meta.dirname, 'results', 'bench.json')),
      long: flag,
      profile: flag,
    },
  });
  const options = { ...values };
  for (const name of ['seconds', 'rounds', 'keys', 'cold', 'table'])
    options[name] = count(name, values[name]);
  if (options.against !== undefined && options.against !== 'better-auth')
    throw new Error('--against knows better-auth alone');
  return options;
}

function count(name, value) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} wants a whole number above 0`);
  return number;
}
