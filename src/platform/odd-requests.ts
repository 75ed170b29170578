import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { newRequestId, requestIdFor } from './request-context.js';
import { TITLES } from './titles.js';

interface Refusal {
  readonly status: 400 | 408 | 431;
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
const NO_HOST: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  detail: 'There is no Host header (RFC 9112, 3.2).',
};
const UNREADABLE: Refusal = { status: 400, code: 'BAD_REQUEST', detail: 'This is not an HTTP/1.1 request.' };

const TOO_SLOW: Refusal = {
  status: 408,
  code: 'REQUEST_TIMEOUT',
  detail: 'The request was not completed in time.',
};

/** By Node's code of what was wrong. */
const UNREAD: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
};

/** How long a client has to read what was wrong. */
const GOODBYE_MS = 1000;

/** Why a request is not even looked at; undefined: it is one like others. */
export function refusalOf({ rawHeaders, httpVersionMinor }: IncomingMessage): Refusal | undefined {
  if (rawHeaders.length > 2 * MOST_HEADER_LINES) return TOO_MANY;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) return TWO_HOSTS;
  return hosts === 0 && httpVersionMinor > 0 ? NO_HOST : undefined;
}

export function refuse(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal);
  res.writeHead(refusal.status, headersFor(body, requestIdFor(req)));
  res.end(body);
}

/**
 * Of a request that Node could not read, or that never came to its end: there is nothing but a socket to answer on. The
 * socket is ours to destroy, or whoever drips bytes would hold it for ever.
 */
export function refuseUnread({ code }: NodeJS.ErrnoException, socket: Socket): void {
  const isAnswering = Boolean((socket as { _httpMessage?: unknown })._httpMessage);
  // In front of an answer that is still to come it would be taken for that one.
  if (code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy();
  const refusal = UNREAD[code ?? ''] ?? UNREADABLE;
  const body = bodyOf(refusal);
  const headers = Object.entries(headersFor(body, newRequestId()));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${refusal.status} ${TITLES[refusal.status]}\r\n${lines}\r\n${body}`);
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
}

const headersFor = (body: string, requestId: string) => ({
  'X-Request-Id': requestId,
  'Content-Type': 'application/problem+json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
  Connection: 'close',
});

const bodyOf = ({ status, code, detail }: Refusal): string =>
  JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, code });
