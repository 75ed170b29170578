import type { Redis as Connection } from 'ioredis';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

/** @param failures one after the other, 1 or more */
export const pauseAfter = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);

/** Whoever goes by a link. */
export interface LinkUser {
  /** What went wrong last: nothing may be lost by it. */
  failed(problem: string): void;
  /** It went, or did not even come. */
  lost(): void;
  /** Whether it is ready may be another answer than before. */
  changed(): void;
}

/** A connection to one server, or to the one that sentinels name: it comes by itself, and again. */
export class ServerLink {
  private stopped = false;
  private searches = 0;

  constructor(readonly client: Connection) {}

  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  watch(user: LinkUser): void {
    this.client
      .on('error', (error: NodeJS.ErrnoException) => {
        user.failed(sentenceOf(error));
        // The server refused the login or the number of the database: else the library would go on in another one.
        if (this.client.status === 'connect') this.client.disconnect(true);
      })
      .on('ready', () => {
        this.searches = 0;
        user.changed();
      })
      .on('close', () => user.lost())
      .on('end', () => {
        user.lost();
        this.searchAnew();
      });
  }

  connect(): Promise<void> {
    return this.client.connect();
  }

  /** Doesn't wait for the goodbye of a server that hangs. */
  stop(): void {
    this.stopped = true;
    this.client.disconnect();
  }

  /** A server that hangs keeps its connections: it is noticed by a beat without an answer. */
  beat(user: LinkUser): void {
    if (!this.isReady) return;
    // Once more: this process itself may have been too busy to read the first answer in time.
    const answer = this.client.ping().catch(() => this.client.ping());
    answer.catch((error: Error) => this.leave(user, error.message));
  }

  /** It connects anew. */
  leave(user: LinkUser, problem: string): void {
    user.failed(problem);
    if (this.isReady) this.client.disconnect(true);
  }

  /** The library gives up when no sentinel answers. */
  private searchAnew(): void {
    if (this.stopped) return;
    this.searches += 1;
    setTimeout(() => {
      if (!this.stopped) this.client.connect().catch(() => {});
    }, pauseAfter(this.searches)).unref();
  }
}

const NO_SENTINEL = /^All sentinels are unreachable and retry is disabled\.(?: Last error: (.*))?$/s;

function sentenceOf({ message, code, name }: NodeJS.ErrnoException): string {
  const [text, reason = 'they know no master of that name'] = NO_SENTINEL.exec(message) ?? [];
  return text === undefined ? message || code || name : `no sentinel names the master: ${told(reason)}`;
}

/** Of a connection that it tries by the way the library keeps to itself what went wrong. */
export const told = (reason: string): string =>
  reason === 'Connection is closed.' ? 'nothing answers there' : reason;
