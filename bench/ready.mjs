// From the start of `node main.js` to its first good answer at /health/ready.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './postgres.mjs';
import { settingsFor } from './settings.mjs';

const PATIENCE_MS = 30_000;

/** On any core, as users start it. The folder keeps it from reading a .env. @returns {Promise<number>} */
export async function msToReady(databaseUrl, dist) {
  const cwd = mkdtempSync(join(tmpdir(), 'apikm-bench-'));
  const port = await freePort();
  const env = { PATH: process.env.PATH, ...settingsFor(databaseUrl), APIKM_PORT: String(port) };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(dist, 'main.js')], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await ready(port, child);
    return performance.now() - startedAt;
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(cwd, { recursive: true });
  }
}

async function ready(port, child) {
  const deadline = performance.now() + PATIENCE_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(10);
  }
  throw new Error('the server did not become ready');
}
