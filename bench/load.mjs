// Makes load: wrk where it is installed, else autocannon. A case is {port, path, headers, each, expect}; each is
// {name, values}, a header and the values that it has in turn.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, outputOf } from './cores.mjs';
import { inTurn, onceEach } from './wrk-scripts.mjs';

const CONNECTIONS = 32;
/** More callers at a time: look-ups are gathered, and 32 of them don't fill what the database answers at once. */
const COLD_CONNECTIONS = 64;
export const generator = has('wrk') ? 'wrk' : 'autocannon';
const AUTOCANNON = join(import.meta.dirname, 'autocannon.mjs');
const HELD_RATE = join(import.meta.dirname, 'held-rate.mjs');

/** @returns {Promise<{rate: number, requests: number, p50: number, p99: number, unexpected: number}>} */
export async function load(one, seconds) {
  if (generator !== 'wrk') return byScript(AUTOCANNON, { ...one, seconds });
  const script = (file) => inTurn({ expect: 200, ...one, file });
  return byWrk(script, one, CONNECTIONS, seconds);
}

/** Latency while the rate is held, which wrk cannot. */
export const loadAt = (rate, one, seconds) => byScript(HELD_RATE, { ...one, seconds, rate });

/** Keys never seen, each once. @returns {Promise<{rate: number, keys: number, failed: number}>} */
export async function loadCold({ port, path }, values) {
  const one = { port, path, each: { name: 'X-Api-Key', values } };
  if (generator !== 'wrk') return coldByNode(one);
  return byWrk((file) => onceEach({ ...one, file }), one, COLD_CONNECTIONS, 300);
}

async function byScript(script, { port, path, headers, each, expect, seconds, rate }) {
  const settings = { port, path, headers, each, expect, seconds, rate, connections: CONNECTIONS };
  return JSON.parse(await withFile(JSON.stringify(settings), (file) => [process.execPath, [script, file]]));
}

async function byWrk(scriptFor, { port, path, headers = {}, each }, connections, seconds) {
  const output = await withFile((each?.values ?? []).join('\n'), (file) => {
    writeFileSync(`${file}.lua`, scriptFor(file));
    const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const how = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', `${file}.lua`];
    return ['wrk', [...how, ...given, `http://127.0.0.1:${port}${path}`]];
  });
  return JSON.parse(output.slice(output.indexOf('{"rate"')));
}

/** Runs the command that is made for a file of this content. */
async function withFile(content, commandFor) {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-bench-'));
  try {
    const file = join(folder, 'input');
    writeFileSync(file, content);
    return await outputOf(...commandFor(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function coldByNode({ port, path, each }) {
  const { Agent, get } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: COLD_CONNECTIONS });
  const startedAt = performance.now();
  const keys = each.values;
  let next = 0;
  let failed = 0;
  const one = (key) =>
    new Promise((resolve) => {
      get({ port, host: '127.0.0.1', path, agent, headers: { [each.name]: key } }, (answer) => {
        if (answer.statusCode !== 200) failed += 1;
        answer.resume().on('end', resolve);
      }).on('error', () => resolve((failed += 1)));
    });
  await Promise.all(
    Array.from({ length: COLD_CONNECTIONS }, async () => {
      while (next < keys.length) await one(keys[next++]);
    }),
  );
  agent.destroy();
  return { keys: keys.length, failed, rate: (keys.length * 1000) / (performance.now() - startedAt) };
}
