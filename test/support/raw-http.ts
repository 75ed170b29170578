import { connect } from 'node:net';

const FLOOD_WINDOW = 250;

export type HeaderLine = readonly [name: string, value: string];

export interface RawRequest {
  readonly method?: string;
  /** As it stands in the request line; other bytes than ASCII as one sign each. */
  readonly path: string;
  readonly headers?: readonly HeaderLine[];
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  /** Every header line as it came, but for Date and Connection. */
  readonly lines: readonly string[];
  readonly body: string;
  /** All that came, as it came. */
  readonly text: string;
  /** The first value of this header. */
  header(name: string): string | undefined;
}

/** What no client library would send, and the answer to the letter. */
export function rawRequest(url: string, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, headers = [], body = '' } = request;
  const length: HeaderLine[] = body ? [['Content-Length', String(Buffer.byteLength(body, 'latin1'))]] : [];
  const lines = [['Host', 'x'] as const, ['Connection', 'close'] as const, ...length, ...headers];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return rawText(url, `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/** Sends these very bytes and reads until the server closes. */
export function rawText(url: string, text: string): Promise<RawAnswer> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(parse(Buffer.concat(chunks))));
    socket.on('error', reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
  });
}

function parse(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...all] = text.slice(0, end).split('\r\n');
  const lines = all.filter((line) => !/^(?:date|connection):/i.test(line));
  return {
    status: Number(first.split(' ')[1]),
    lines,
    body: bytes.subarray(end + 4).toString(),
    text,
    header: (name) => {
      const start = `${name.toLowerCase()}:`;
      return lines
        .find((line) => line.toLowerCase().startsWith(start))
        ?.slice(start.length)
        .trim();
    },
  };
}

/** Many requests over one connection, some hundreds under way at a time; how often each status was answered. */
export async function flood(url: string, requests: Iterable<string>): Promise<Map<number, number>> {
  const { port, hostname } = new URL(url);
  const statuses = new Map<number, number>();
  const socket = connect(Number(port), hostname);
  let [open, rest] = [0, ''];
  let onDrained = (): void => {};
  socket.on('data', (chunk) => {
    const text = rest + chunk.toString('latin1');
    for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
      open -= 1;
    }
    // A status line may be cut in two; whole ones are not counted again.
    rest = text.slice(-11).replace(/.*HTTP\/1\.1 \d{3}/s, '');
    if (open === 0) onDrained();
  });
  const drained = () =>
    new Promise<void>((resolve, reject) => {
      const lost = () => reject(new Error(`closed with ${open} answers missing`));
      socket.once('close', lost);
      onDrained = () => {
        socket.off('close', lost);
        resolve();
      };
    });
  let batch: string[] = [];
  const sendBatch = async (): Promise<void> => {
    open = batch.length;
    socket.write(batch.join(''), 'latin1');
    batch = [];
    await drained();
  };
  for (const request of requests) if (batch.push(request) === FLOOD_WINDOW) await sendBatch();
  if (batch.length) await sendBatch();
  socket.destroy();
  return statuses;
}
