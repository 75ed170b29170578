// Breaks every part as often as the promises have to be kept, over real parts, and ends with one table of what was held.
// With --write the table goes into docs/faults.md; names of spec files after that run those alone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGE = 'docs/faults.md';
const TABLE = /(<!-- the figures of `npm run faults` -->\n)[^]*?(<!-- until here -->)/;
const folder = mkdtempSync(join(tmpdir(), 'apikm-faults-'));
const file = join(folder, 'figures');

const env = { ...process.env, FAULTS: 'long', USAGE_FAULTS: 'long', FAULTS_FIGURES: file };
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
// One file after another: the figures are of a machine that does nothing else.
const args = [
  vitest,
  'run',
  '--config',
  'vitest.integration.config.ts',
  '--no-file-parallelism',
  '--testTimeout=900000',
];
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const specs = named.length ? named : ['test/integration/faults-', 'test/integration/usage-faults'];
const { status } = spawnSync(process.execPath, [...args, ...specs], { env, stdio: 'inherit' });

const rows = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse) : [];
rmSync(folder, { recursive: true });
const head = ['fault', 'times', 'what callers see', 'measured (promised)', 'held'];
const lines = rows.map(({ fault, times, callers, measured, isHeld }) =>
  [fault, times, callers, measured, isHeld ? 'yes' : 'NO'].join(' | '),
);
const table = [head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`);
console.log(`\n${table.join('\n')}\n`);

if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8').replace(
    TABLE,
    (_, begin, end) => `${begin}\n${table.join('\n')}\n\n${end}`,
  );
  writeFileSync(PAGE, page);
  spawnSync(process.execPath, [join('node_modules', 'prettier', 'bin', 'prettier.cjs'), '--write', PAGE]);
}
process.exit(status ?? 1);
