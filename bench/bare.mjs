// What can be reached at best: node:http that looks at nothing and sends one answer.
import { createServer } from 'node:http';

const WRITTEN_BY_NODE = new Set(['date', 'connection', 'keep-alive']);

/** @returns {Promise<number>} the port */
export function serveBare({ status, headers, body }) {
  const own = headers.filter((_, i) => !WRITTEN_BY_NODE.has(headers[i - (i % 2)].toLowerCase()));
  const server = createServer((_req, res) => res.writeHead(status, own).end(body));
  // Node says how long it keeps a connection, and our server says nothing of it: without this the bytes would differ.
  server.keepAliveTimeout = keptSeconds(headers) * 1000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}

function keptSeconds(headers) {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'keep-alive');
  return at < 0 ? 0 : Number(/timeout=(\d+)/.exec(headers[at + 1])?.[1] ?? 0);
}
