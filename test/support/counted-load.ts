import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** How often each outcome came of each key: by `id code`. */
export type Counts = Map<string, number>;

export interface KnownKey {
  readonly id: string;
  readonly key: string;
  /** What a verification says of it. */
  readonly code: string;
}

export interface LoadAnswer {
  readonly status: number;
  readonly body: string;
  /** The server keeps the connection no longer. */
  readonly isLast: boolean;
  /** It says when to ask again: the manager does, a proxy that has nobody to ask doesn't. */
  readonly saysWhenAgain: boolean;
}

const CALLERS = 8;
/** Longer than any server waits for anything. */
const PATIENCE_MS = 10_000;
/** Together with the callers' number some hundred requests a second: what is looked for needs no more. */
const PAUSE_MS = 15;

export const add = (counts: Counts, name: string, count = 1): Counts =>
  counts.set(name, (counts.get(name) ?? 0) + count);
export const total = (counts: Counts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** Callers with connections of their own that verify keys one after another and know of each request what came back. */
export class CountedLoad {
  readonly answered: Counts = new Map();
  /** Sent, and no answer came: one of each caller at most, which may or may not have been counted. */
  readonly unanswered: Counts = new Map();
  /** Answers that were no decision about the key, which are not counted: it could not be looked up. */
  undecided = 0;
  /** When the answers came, in milliseconds since 1970. */
  readonly times: number[] = [];
  private isOver = false;
  private readonly callers: readonly Promise<void>[];

  /** Begins at once. Each caller has its own order of the keys. @param urls of the replicas, which share the callers */
  constructor(
    urls: readonly string[],
    private readonly keys: readonly KnownKey[],
    callers = CALLERS,
  ) {
    this.callers = Array.from({ length: callers }, (_, i) => this.callOften(urls[i % urls.length]!, i));
  }

  /** Until every request is answered, or known not to be. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  /** Ends with the first request that is not answered, or where it is asked to go elsewhere. */
  private async callOften(url: string, caller: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { length } = this.keys;
    // Half of them go forwards, the others backwards.
    for (let n = 0; !this.isOver; n += 1) {
      const place = (caller * Math.floor(length / CALLERS) + n) % length;
      const known = this.keys[caller % 4 < 2 ? place : length - 1 - place]!;
      const verify = n % 2 === 0 ? checkKey : askVerdict;
      const answer = await verify(agent, url, known.key).catch((error: unknown) => error as Error);
      if (answer instanceof Error) {
        if ((answer as NodeJS.ErrnoException).code !== 'ECONNREFUSED')
          add(this.unanswered, `${known.id} ${known.code}`);
        break;
      }
      this.note(known, answer);
      if (answer.isLast) break;
      await pause(PAUSE_MS);
    }
    agent.destroy();
  }

  private note({ id, code }: KnownKey, { status, body }: LoadAnswer): void {
    const said = codeOf(status, body, code);
    if (said === undefined) this.undecided += 1;
    else add(this.answered, `${id} ${said}`);
    this.times.push(Date.now());
  }
}

/** check_key tells no stranger why it refuses; the verdict does. */
export function codeOf(status: number, body: string, expected: string): string | undefined {
  if (status === 503) return undefined;
  if (status === 403) return expected;
  if (status !== 200) throw new Error(`a verification was answered ${status}: ${body}`);
  return (JSON.parse(body) as { code?: string }).code ?? 'VALID';
}

export const checkKey = (agent: Agent, url: string, key: string): Promise<LoadAnswer> =>
  ask(agent, `${url}/auth/check_key`, 'GET', { 'x-api-key': key });
export const askVerdict = (agent: Agent, url: string, key: string): Promise<LoadAnswer> =>
  ask(
    agent,
    `${url}/v1/verify`,
    'POST',
    { 'content-type': 'application/json' },
    JSON.stringify({ key, audience: 'maps' }),
  );

function ask(
  agent: Agent,
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
): Promise<LoadAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers, timeout: PATIENCE_MS }, (answer) => {
      text(answer).then((read) => {
        const isLast = answer.headers.connection === 'close';
        const saysWhenAgain = answer.headers['retry-after'] !== undefined;
        resolve({ status: answer.statusCode!, body: read, isLast, saysWhenAgain });
      }, reject);
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    sent.end(body);
  });
}
