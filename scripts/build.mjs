// Builds src/ into dist/. What is there stays whole meanwhile, for a server that is starting from it: the new build is
// made beside it and put in its place, or left out when nothing has changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const MARK = 'built-from';
const SETTINGS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Of everything that a build is made from. */
function fingerprint() {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => join('src', name));
  const hash = createHash('sha256').update(process.version);
  for (const name of [...SETTINGS, ...sources.sort()])
    hash.update(`${name}\0`).update(readFileSync(join(ROOT, name)));
  return hash.digest('hex');
}

function builtFrom() {
  try {
    return readFileSync(join(DIST, MARK), 'utf8');
  } catch {
    return undefined;
  }
}

/** Beside dist: only within one file system a folder is put in place by its name alone, and source maps stay right. */
function build(fresh, folder) {
  const tsconfig = join(folder, 'tsconfig.json');
  const compilerOptions = { outDir: fresh, tsBuildInfoFile: join(folder, 'tsbuildinfo') };
  writeFileSync(tsconfig, JSON.stringify({ extends: join(ROOT, 'tsconfig.build.json'), compilerOptions }));
  const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build', '--path', relative(ROOT, tsconfig)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status === 0;
}

/** Somebody else may put theirs in place at the same time. */
function putInPlace(fresh, folder) {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      renameSync(DIST, join(folder, `before-${tries}`));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    try {
      return renameSync(fresh, DIST);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
    }
  }
  throw new Error('dist could not be put in place: other builds keep putting theirs there.');
}

const wanted = fingerprint();
if (builtFrom() !== wanted) {
  const fresh = join(ROOT, `.build-${process.pid}`);
  const folder = `${fresh}-files`;
  mkdirSync(folder, { recursive: true });
  try {
    if (build(fresh, folder)) {
      writeFileSync(join(fresh, MARK), wanted);
      putInPlace(fresh, folder);
    } else process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
