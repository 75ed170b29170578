// The options of npm run bench; bench.mjs describes them.
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const flag = { type: 'boolean', default: false };

export function readOptions() {
  const { values } = parseArgs({
    options: {
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
