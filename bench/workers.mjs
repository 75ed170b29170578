// npm run bench -- --workers N: our program with one worker and with N, in alternating rounds. Unlike elsewhere the
// servers have all cores; the load keeps its own, which on a small machine is one of theirs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { headerCase } from './cases.mjs';
import { load } from './load.mjs';
import { freePort } from './postgres.mjs';
import { median, quantile } from './rounds.mjs';
import { settingsFor } from './settings.mjs';

const PATIENCE_MS = 30_000;

/** @returns the figures, and a table of them */
export async function compareWorkers({ workers, rounds, seconds, dist }, databaseUrl, key) {
  const servers = [];
  try {
    for (const count of [1, workers]) servers.push(await startProgram(count, dist, databaseUrl));
    const cases = servers.map((server) => headerCase(server, key));
    for (const one of cases) await load(one, 1);
    const taken = cases.map(() => []);
    for (let round = 1; round <= rounds; round += 1) {
      process.stderr.write(`workers: round ${round} of ${rounds}\n`);
      const order = round % 2 === 1 ? [0, 1] : [1, 0];
      for (const i of order) taken[i].push(await load(cases[i], seconds));
    }
    return figures(workers, taken);
  } finally {
    await Promise.all(servers.map(({ end }) => end()));
  }
}

function figures(workers, [one, many]) {
  const ratios = many.map(({ rate }, i) => rate / one[i].rate);
  const [first, other] = [one, many].map((taken) => median(taken.map(({ rate }) => rate)));
  const unexpected = [...one, ...many].reduce((sum, taken) => sum + taken.unexpected, 0);
  const quartiles = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
  const lines = [
    `1 worker: ${Math.round(first).toLocaleString('en')} requests a second`,
    `${workers} workers: ${Math.round(other).toLocaleString('en')} requests a second`,
    `ratio of a round: ${median(ratios).toFixed(2)} (quartiles ${quartiles.map((one) => one.toFixed(2)).join('-')}), unexpected answers: ${unexpected}`,
  ];
  return { workers, rates: { one: first, many: other }, ratio: median(ratios), quartiles, unexpected, lines };
}

/** When all of its workers serve. The folder keeps it from reading a .env. */
async function startProgram(workers, dist, databaseUrl) {
  const cwd = mkdtempSync(join(tmpdir(), 'apikm-bench-'));
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH,
    ...settingsFor(databaseUrl),
    APIKM_PORT: String(port),
    APIKM_METRICS_PORT: String(metricsPort),
    APIKM_VERIFY_FRESH: '3600',
    APIKM_WORKERS: String(workers),
  };
  const options = { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] };
  const child = spawn(process.execPath, [join(dist, 'main.js')], options);
  const end = async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(cwd, { recursive: true });
  };
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await serves(port, metricsPort, workers))) {
    if (child.exitCode === null && performance.now() < deadline) await pause(100);
    else {
      await end();
      throw new Error(`the server with ${workers} workers did not become ready`);
    }
  }
  return { port, end };
}

async function serves(port, metricsPort, workers) {
  const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  if (!ready?.ok || workers === 1) return ready?.ok;
  const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).then((answer) => answer.text());
  return metrics.includes(`\napikm_workers ${workers}\n`);
}
