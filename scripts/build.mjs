// Builds src/ into dist/ and web/ into dist/web/pages/. What is there stays whole meanwhile, for a server that is starting from it: the new build is
// made beside it and put in its place, or left out when nothing has changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const MARK = 'built-from';
const SETTINGS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Of everything that a build is made from. */
function fingerprint() {
  const sources = ['src', 'web'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((name) => /\.\w+$/.test(name) && !name.endsWith('.spec.ts'))
      .map((name) => join(folder, name)),
  );
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
  const pages = join(fresh, 'web', 'pages');
  return (
    run('@nestjs/cli/bin/nest.js', 'build', '--path', relative(ROOT, tsconfig)) &&
    run('vite/bin/vite.js', 'build', 'web', '--outDir', pages, '--logLevel', 'warn') &&
    compress(join(pages, 'assets'))
  );
}

function run(program, ...args) {
  const options = { cwd: ROOT, stdio: 'inherit' };
  return spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], options).status === 0;
}

/** Once for all who ask. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
  return true;
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
