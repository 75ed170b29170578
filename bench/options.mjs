// The options of npm run bench.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const flag = { type: 'boolean', default: false };

const HELP = `npm run bench -- OPTIONS
Verification side by side with what limits it, in paired rounds: a table, and a JSON of all. About ten minutes with the
defaults, five with --pairs, two with --only. It measures on a throw-away PostgreSQL where that is installed, else on
the embedded database; wrk makes the load where that is installed, else autocannon.
  --seconds 1 --rounds 14   how long a side takes in a round, and how many rounds
  --pairs                   the paired ratios alone: no table's size, cold keys, memory, held rate, or start
  --only WORD               of them those whose first side has this in its name: header, refused, forward-auth, route
  --dist FOLDER             our server from another checkout's dist, as it was built there
  --against-dist FOLDER     the header of this build and of the one there, too, as a pair in the same rounds
  --keys 1000 --cold 100000 keys that come in turn, and keys that come once, never seen before
  --table 100000            rows in the table at least, for the cold keys and for its ratio to 1,000 rows;
                            the ratio is judged from 1000000 on (PostgreSQL)
  --postgres URL            an empty database that may be filled, of an account that may create four more
  --embedded                the embedded database, whatever is installed
  --against better-auth     that beside ours on the same PostgreSQL, from npm, kept in ~/.cache/apikeymanager
  --workers N               our program with one worker and with N in alternating rounds, and nothing else (PostgreSQL)
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
      seconds: text('1'),
      rounds: text('14'),
      keys: text('1000'),
      cold: text('100000'),
      table: text('100000'),
      postgres: { type: 'string' },
      embedded: flag,
      pairs: flag,
      only: { type: 'string' },
      dist: { type: 'string' },
      'against-dist': { type: 'string' },
      against: { type: 'string' },
      workers: { type: 'string' },
      json: text(join(import.meta.dirname, 'results', 'bench.json')),
      long: flag,
      profile: flag,
    },
  });
  const options = { ...values };
  for (const name of ['seconds', 'rounds', 'keys', 'cold', 'table'])
    options[name] = count(name, values[name]);
  if (values.workers !== undefined) options.workers = count('workers', values.workers);
  if (options.against !== undefined && options.against !== 'better-auth')
    throw new Error('--against knows better-auth alone');
  return {
    ...options,
    pairs: values.pairs || values.only !== undefined,
    resultsIn: dirname(values.json),
    builds: values.dist === undefined,
    dist: built('dist', values.dist) ?? join(import.meta.dirname, '..', 'dist'),
    'against-dist': built('against-dist', values['against-dist']),
  };
}

/** From wherever the bench was called. */
function built(name, folder) {
  if (folder === undefined) return undefined;
  const path = resolve(process.env.INIT_CWD ?? '', folder);
  if (!existsSync(join(path, 'main.js')))
    throw new Error(`--${name} wants a dist folder, and ${path} has no main.js: npm run build makes one`);
  return path;
}

function count(name, value) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} wants a whole number above 0`);
  return number;
}
