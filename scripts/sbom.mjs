// Prints what production is made of as a CycloneDX bill of materials. `npm sbom --omit dev` leaves out what a development
// package needs as well, so npm is shown a lock file that has no development packages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const read = (name) => JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'));

const { devDependencies: _, ...manifest } = read('package.json');
const lock = read('package-lock.json');
const needed = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
lock.packages = Object.fromEntries(needed);
delete lock.packages[''].devDependencies;
// npm calls the whole by the folder's name.
const parent = mkdtempSync(join(tmpdir(), 'sbom-'));
const folder = join(parent, manifest.name);
try {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = status ?? 1;
} finally {
  rmSync(parent, { recursive: true });
}
