import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'apikeymanager', 'builds');

/**
 * The server of an earlier commit, built from the history and kept outside of the tree; its packages are those of now.
 * @returns its folder, with `dist` in it @throws Error where the history is missing
 */
export function olderBuild(commit: string): string {
  const folder = join(CACHE, commit);
  if (!existsSync(join(folder, 'dist'))) build(commit, folder);
  const modules = join(folder, 'node_modules');
  rmSync(modules, { force: true });
  symlinkSync(resolve('node_modules'), modules);
  return folder;
}

function build(commit: string, folder: string): void {
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const parts = ['src', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
  const archive = run('git', ['archive', commit, ...parts], { encoding: 'buffer' });
  run('tar', ['x', '-C', fresh], { input: archive });
  symlinkSync(resolve('node_modules'), join(fresh, 'node_modules'));
  run(process.execPath, [resolve('node_modules/@nestjs/cli/bin/nest.js'), 'build'], { cwd: fresh });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function run(program: string, args: string[], options: object): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return Buffer.from(stdout);
  const why = error?.message ?? String(stderr);
  throw new Error(`${program} ${args[0]}: ${why} A clone without history lacks it: git fetch --unshallow.`);
}
