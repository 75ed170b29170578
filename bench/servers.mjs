// Starts the servers to be measured, each a process of its own on the first core, and asks them what they use.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onCore } from './cores.mjs';

const SERVER = join(import.meta.dirname, 'server.mjs');
const children = new Set();
/** Of each collection V8 gives pages back a little later; left alone, it does all of that in the first quiet minute. */
const COLLECTIONS = 5;
const QUIET_MS = 3000;

/** @param profileTo a folder for a CPU profile, written when the server ends */
export function start(kind, settings, profileTo) {
  const profiling = profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : [];
  return startScript(kind, [...profiling, SERVER, kind, JSON.stringify(settings)]);
}

/** Any script that announces itself. */
export function startScript(name, args) {
  const [command, pinned] = onCore(0, process.execPath, ['--expose-gc', ...args]);
  const child = spawn(command, pinned, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once('message', (ready) => resolve({ child, ...ready }));
    child.once('exit', () => {
      children.delete(child);
      reject(new Error(`${name} ended`));
    });
  });
}

export function ask({ child }, question = 'usage') {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.send(question);
  });
}

export async function memoryOf(server) {
  // Counts that wait to be written are no part of what is kept, nor are pages with little in them.
  for (let round = 1; round <= COLLECTIONS; round += 1) {
    await ask(server, 'gc');
    await pause(QUIET_MS);
  }
  const { memory } = await ask(server, 'usage');
  return { rssMiB: memory.rss / 2 ** 20, heapMiB: (memory.heapUsed + memory.external) / 2 ** 20 };
}

export const stop = ({ child }) => end(child);

export const stopAll = () => Promise.all([...children].map(end));

/** By leaving it rather than by a signal: a profile is written only by a process that ends itself. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(impatience);
}
