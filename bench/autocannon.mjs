// Load by autocannon, in a process of its own so that it has a core of its own. Reads what to do from a file.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const { port, path, headers, each, expect, seconds, connections } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
const done = await autocannon({
  url: `http://127.0.0.1:${port}${path}`,
  headers,
  requests: each?.values.map((value) => ({ path, headers: { ...headers, [each.name]: value } })),
  connections,
  duration: seconds,
});
const answers = done.statusCodeStats ?? {};
const requests = Object.values(answers).reduce((sum, { count }) => sum + count, 0);
const expected = answers[expect ?? 200]?.count ?? 0;
console.log(
  JSON.stringify({
    rate: done.requests.average,
    requests,
    p50: done.latency.p50,
    p99: done.latency.p99,
    unexpected: requests - expected + done.errors,
  }),
);
