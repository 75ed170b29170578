// better-auth and its plugin for API keys, installed once into a cache outside the tree, so that nothing of ours
// depends on them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { startScript } from './servers.mjs';

const CACHE = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
// The plugin's releases lag behind; its peers have to be of the release that it was made for.
const PINNED = {
  'better-auth': '1.7.5',
  '@better-auth/api-key': '1.7.5',
  '@better-auth/core': '1.7.5',
  '@better-auth/utils': '0.4.2',
  'better-call': '1.4.0',
  pg: '8.23.0',
};

export function startBetterAuth(databaseUrl) {
  const folder = install();
  // Copied, for a script finds its packages beside itself.
  for (const file of ['better-auth-server.mjs', 'announce.mjs'])
    copyFileSync(join(import.meta.dirname, file), join(folder, file));
  return startScript('better-auth', [join(folder, 'better-auth-server.mjs'), databaseUrl]);
}

function install() {
  const versions = Object.values(PINNED).join('-');
  const folder = join(CACHE, 'apikeymanager', 'bench-better-auth', versions);
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: PINNED };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('better-auth could not be installed from npm');
  writeFileSync(done, '');
  return folder;
}
