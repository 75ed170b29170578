import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TITLES } from './titles.js';

interface Refusal {
  readonly status: 400 | 431;
  readonly code: string;
  readonly detail: string;
}

/** Far beyond what any gateway hands on; to look at them takes time. */
const MOST_HEADER_LINES = 2000;

const TOO_LARGE: Refusal = {
  status: 431,
  code: 'HEADERS_TOO_LARGE',
  detail:
    'The headers are larger than 64 KiB. Send fewer cookies, a shorter address, or an access token with fewer roles.',
};
const TOO_MANY: Refusal = {
  status: 431,
  code: 'HEADERS_TOO_LARGE',
  detail: `There are more than ${MOST_HEADER_LINES} header lines.`,
};
const TWO_HOSTS: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  detail: 'There are two Host headers (RFC 9112, 3.2).',
};
const UNREADABLE: Refusal = { status: 400, code: 'BAD_REQUEST', detail: 'This is no HTTP/1.1 request.' };

/** Why a request is not even looked at; undefined: it is one like others. */
export function refusalOf({ rawHeaders }: IncomingMessage): Refusal | undefined {
  if (rawHeaders.length > 2 * MOST_HEADER_LINES) return TOO_MANY;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 ? TWO_HOSTS : undefined;
}

export function refuse(res: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal);
  res.writeHead(refusal.status, { ...headersFor(body), Connection: 'close' });
  res.end(body);
}

/** Of a request that Node could not read: there is nothing but a socket to answer on. */
export function refuseUnread({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const refusal = code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : UNREADABLE;
  const body = bodyOf(refusal);
  const lines = Object.entries({ ...headersFor(body), Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${refusal.status} ${TITLES[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
}

const headersFor = (body: string) => ({
  'Content-Type': 'application/problem+json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
});

const bodyOf = ({ status, code, detail }: Refusal): string =>
  JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, code });
