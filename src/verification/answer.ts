import type { ServerResponse } from 'node:http';
import { MACHINE_HEADERS } from '../platform/answer-headers.js';

/** What is sent: made by pure functions, so that the route and the fast lane can't differ. */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value, …, as Node writes them, a list where one is sent several times; all but the request's id. */
  readonly headers: readonly (string | string[])[];
  readonly body: string;
  /** Of the body; in latin1 Node sends it without looking at each sign, which saves a verification about 5 %. */
  readonly encoding: 'latin1' | 'utf8';
}

export function jsonAnswer(
  status: number,
  value: unknown,
  type = 'application/json',
  headers: Answer['headers'] = [],
): Answer {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  const described = ['Content-Type', `${type}; charset=utf-8`, 'Content-Length', String(length)];
  const isAscii = length === body.length;
  return {
    status,
    headers: [...MACHINE_HEADERS, ...headers, ...described],
    body,
    encoding: isAscii ? 'latin1' : 'utf8',
  };
}

/** @param kept from `keeping`; undefined: nobody may keep it */
export const emptyAnswer = (
  identity: readonly string[],
  asked: readonly string[],
  kept: readonly string[] = MACHINE_HEADERS,
): Answer => ({
  status: 200,
  headers: [...kept, ...identity, ...asked, 'Content-Length', '0'],
  body: '',
  encoding: 'latin1',
});

export function write(
  res: ServerResponse,
  { status, headers, body, encoding }: Answer,
  requestId: string,
): void {
  res.writeHead(status, ['X-Request-Id', requestId, ...headers]);
  if (body !== '') writeAtOnce(res, body, encoding);
  res.end();
}

/** Head and body as one text. `end` would give the socket an empty one after them, which costs a tenth of an answer. */
function writeAtOnce(res: ServerResponse, body: string, encoding: BufferEncoding): void {
  res.cork();
  res.write(body, encoding);
  res.uncork();
}

/** All that a decision looks at: no cache may give one caller's answer to another. */
const VARY =
  'Origin, Referer, X-Original-URI, X-Original-URL, X-Original-Method, X-Forwarded-Uri, X-Forwarded-Method, X-Forwarded-For, X-Real-IP, X-Apikm-Options';

/** The headers of an answer that may be kept. @param keyHeaders in which a key may come, as a comma list */
export const keeping = (cacheControl: string, keyHeaders: string): readonly string[] => [
  ...['X-Content-Type-Options', 'nosniff', 'Cache-Control', cacheControl],
  ...['Vary', `${VARY}, ${keyHeaders}`],
];
