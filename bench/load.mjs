// Makes load: wrk where it is installed, else autocannon, each on a core of its own where there are two.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

const CONNECTIONS = 32;
const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
export const generator = has('wrk') ? 'wrk' : 'autocannon';
const pins = has('taskset') && cpus().length > 1;
/** The server has the first core, the load the second. */
export const onCore = (core, command, args) =>
  pins ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];

/** @returns {Promise<{rate: number, requests: number, p50: number, p99: number, unexpected: number}>} */
export function load({ port, path, headers = {}, each, expect = 200 }, seconds) {
  return generator === 'wrk'
    ? byWrk(port, path, headers, each, expect, seconds)
    : byAutocannon({ port, path, headers, each, expect, seconds });
}

/** Latency while the rate is held, which wrk cannot. */
export function loadAt(rate, { port, path, headers }, seconds) {
  return byAutocannon({ port, path, headers, expect: 200, seconds, overallRate: rate });
}

async function byAutocannon({ port, path, headers, each, expect, seconds, overallRate }) {
  const url = `http://127.0.0.1:${port}${path}`;
  const requests = each?.map((key) => ({ path, headers: { ...headers, 'x-api-key': key } }));
  const done = await autocannon({
    url,
    headers,
    requests,
    connections: CONNECTIONS,
    duration: seconds,
    overallRate,
  });
  const as = Object.values(done.statusCodeStats ?? {}).reduce((sum, { count }) => sum + count, 0);
  const expected = done.statusCodeStats?.[expect]?.count ?? 0;
  return {
    rate: done.requests.average,
    requests: as,
    p50: done.latency.p50,
    p99: done.latency.p99,
    unexpected: as - expected + done.errors,
  };
}

/** wrk sends one key in every request; several come from a script that reads them from a file, each once. */
async function byWrk(port, path, headers, each, expect, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-bench-'));
  const script = join(folder, 'load.lua');
  if (each) writeFileSync(join(folder, 'keys'), each.join('\n'));
  writeFileSync(script, lua(expect, each && join(folder, 'keys'), path));
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    '-s',
    script,
    ...given,
    `http://127.0.0.1:${port}${path}`,
  ];
  const output = await run(...onCore(1, 'wrk', args));
  rmSync(folder, { recursive: true });
  return JSON.parse(output.slice(output.indexOf('{"rate"')));
}

/** wrk counts 400 and above; a script that looked at every answer would slow the load down. */
const lua = (expect, keys, path) => `
${
  keys
    ? `local keys, at = {}, 0
for line in io.lines("${keys}") do keys[#keys + 1] = line end
function request()
  at = at % #keys + 1
  return wrk.format("GET", "${path}", { ["X-Api-Key"] = keys[at] })
end`
    : ''
}
function done(summary, latency)
  local e = summary.errors
  local unexpected = ${expect < 400 ? 'e.status' : 'summary.requests - e.status'} + e.connect + e.read + e.write + e.timeout
  io.write(string.format('{"rate":%f,"requests":%d,"p50":%f,"p99":%f,"unexpected":%d}',
    summary.requests * 1e6 / summary.duration, summary.requests,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, unexpected))
end
`;

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.on('error', reject).on('close', () => resolve(output));
  });
}
