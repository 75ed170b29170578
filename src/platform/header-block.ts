import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';

/** Name, value, name, value, …, as Node takes them, a list where one is sent several times. */
export type HeaderPairs = readonly (string | readonly string[])[];

/** What Node refuses in a value, too. */
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers that are looked at and written once, and sent with many answers: Node would do so for each of them. */
export class HeaderBlock {
  /** As it is sent. */
  readonly text: string;

  /** @throws TypeError where a value could end its line */
  constructor(readonly pairs: HeaderPairs) {
    let text = '';
    for (let i = 0; i < pairs.length; i += 2) text += lines(pairs[i] as string, pairs[i + 1]!);
    this.text = text;
  }
}

function lines(name: string, value: string | readonly string[]): string {
  if (typeof value !== 'string') return value.map((one) => lines(name, one)).join('');
  if (UNFIT.test(value)) throw new TypeError(`Invalid character in header content ["${name}"]`);
  return `${name}: ${value}\r\n`;
}

interface Head {
  readonly status: number;
  readonly requestId: string;
  readonly headers: readonly HeaderBlock[];
  /** Of the body, in bytes. */
  readonly length: number;
}

/** Beside the headers that are set already. */
export function writeHead(res: ServerResponse, { status, requestId, headers, length }: Head): void {
  const pairs = headers.flatMap((block) => block.pairs as string[]);
  res.writeHead(status, ['X-Request-Id', requestId, ...pairs, 'Content-Length', String(length)]);
}

/** In which Node puts the first line and the headers together, and adds what the connection needs. */
interface Joining {
  _storeHeader?(begin: string, headers: readonly string[]): void;
}

/** The same for an answer without any header so far, at a fraction of the cost. */
export function writeHeadAlone(res: ServerResponse & Joining, head: Head): void {
  // It isn't documented: should a Node come without it, the documented way does.
  if (!res._storeHeader) return writeHead(res, head);
  const { status, requestId, headers, length } = head;
  let begin = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nX-Request-Id: ${requestId}\r\n`;
  for (const { text } of headers) begin += text;
  res.statusCode = status;
  res._storeHeader(begin, ['Content-Length', String(length)]);
}
