// Requests at a held rate over kept connections, whatever the answers take: latency counts from the instant at which a
// request was due, so that a server that stands still can't hide it by being asked less. Autocannon sends a second's
// requests in bursts, and its 99th percentile is then its own. Reads what to do from a file.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { port, path, headers, seconds, rate, connections, expect } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
  ([name, value]) => `${name}: ${value}\r\n`,
);
const request = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
const latencies = [];
const idle = [];
let unexpected = 0;
let underWay = 0;

function open() {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const one = { socket, dueAt: 0, text: '' };
  socket.setEncoding('latin1');
  socket.on('data', (part) => receive(one, part));
  socket.on('error', () => (unexpected += 1));
  return new Promise((resolve) => socket.once('connect', () => resolve(idle.push(one))));
}

function receive(one, part) {
  one.text += part;
  const head = one.text.indexOf('\r\n\r\n');
  if (head < 0) return;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(one.text);
  if (one.text.length < head + 4 + Number(length)) return;
  latencies.push(performance.now() - one.dueAt);
  if (!one.text.startsWith(`HTTP/1.1 ${expect ?? 200} `)) unexpected += 1;
  one.text = '';
  underWay -= 1;
  idle.push(one);
}

await Promise.all(Array.from({ length: connections }, open));
const startedAt = performance.now();
let sent = 0;
await new Promise((resolve) => {
  const turn = () => {
    const now = performance.now();
    if (now - startedAt > seconds * 1000 && underWay === 0) return resolve();
    const due = Math.min(now - startedAt, seconds * 1000) * (rate / 1000);
    while (sent < due && idle.length > 0) {
      const one = idle.shift();
      one.dueAt = startedAt + (sent * 1000) / rate;
      one.socket.write(request);
      sent += 1;
      underWay += 1;
    }
    setImmediate(turn);
  };
  turn();
});
const took = performance.now() - startedAt;
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
console.log(
  JSON.stringify({
    rate: (latencies.length * 1000) / took,
    requests: latencies.length,
    p50: at(0.5),
    p99: at(0.99),
    unexpected,
  }),
);
process.exit();
