import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { add, askVerdict, checkKey, codeOf, total } from './counted-load.js';
import type { Counts, KnownKey, LoadAnswer } from './counted-load.js';
import { IS_LONG } from './fault-table.js';
import { stopAtTheEnd } from './stop-at-the-end.js';
import { writtenCounts } from './written-counts.js';

/** Fewer beside other tests, which have the processors, too. */
export const A_SECOND = IS_LONG ? 200 : 50;
/** One in so many asks for a cold key, where there are any. */
const COLD_IN = IS_LONG ? 10 : 4;
const WRITTEN_MS = 5000;
const IDLE_MS = 10_000;

/** Warm keys are known to every replica before the fault, cold ones have to be looked up. */
export type Kind = 'warm' | 'cold';

export interface Sent {
  readonly kind: Kind;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly ms: number;
  /** 0: there was no answer. */
  readonly status: number;
}

/** Verifies at a constant pace, whether or not answers come, goes on after each failure and knows of each request what came back. */
export class ProxiedLoad {
  readonly answered: Counts = new Map();
  /** Whether these were counted nobody can tell: no answer came, or a proxy's own. */
  readonly unanswered: Counts = new Map();
  readonly requests: Sent[] = [];
  private cold: readonly KnownKey[] = [];
  /** Closes a connection before HAProxy does: who sends at that very moment loses the request. */
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 64, timeout: IDLE_MS });
  private readonly underWay = new Set<Promise<void>>();
  private readonly beganAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private begun = 0;

  /** Begins at once. */
  constructor(
    private readonly url: string,
    private readonly warm: readonly KnownKey[],
  ) {
    this.timer = setInterval(() => this.keepPace(), 1000 / A_SECOND);
    stopAtTheEnd(this);
  }

  /** From now on. */
  askCold(keys: readonly KnownKey[]): void {
    this.cold = keys;
  }

  /** Asks for each warm key there, so that it is known: in the record, and no part of the load. */
  async introduceTo(url: string): Promise<void> {
    for (let i = 0; i < this.warm.length; i += 20)
      await Promise.all(
        this.warm
          .slice(i, i + 20)
          .map(async (known) => this.note(known, await checkKey(this.agent, url, known.key))),
      );
  }

  /** Until every request is answered, or known not to be. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    this.agent.destroy();
  }

  /** Those of one kind that were sent from then on. */
  sent(kind: Kind, from = 0, until = Infinity): Sent[] {
    return this.requests.filter((one) => one.kind === kind && one.sentAt >= from && one.sentAt < until);
  }

  /** Of both kinds. */
  all(from = 0): Sent[] {
    return [...this.sent('warm', from), ...this.sent('cold', from)];
  }

  /** Waits for what the replicas have not written yet. @returns answers not in the database, and counts nobody asked for */
  async comparedWith(database: pg.Pool): Promise<{ lost: number; tooMany: number }> {
    const until = performance.now() + WRITTEN_MS;
    for (;;) {
      const compared = this.compare(await writtenCounts(database));
      if (compared.lost === 0 || performance.now() > until) return compared;
      await pause(100);
    }
  }

  private compare(written: Counts): { lost: number; tooMany: number } {
    const [lost, tooMany]: [Counts, Counts] = [new Map(), new Map()];
    for (const { id, code } of [...this.warm, ...this.cold]) {
      const name = `${id} ${code}`;
      const [count, answered] = [written.get(name) ?? 0, this.answered.get(name) ?? 0];
      add(lost, name, Math.max(0, answered - count));
      add(tooMany, name, Math.max(0, count - answered - (this.unanswered.get(name) ?? 0)));
    }
    return { lost: total(lost), tooMany: total(tooMany) };
  }

  private keepPace(): void {
    const due = ((performance.now() - this.beganAt) * A_SECOND) / 1000;
    for (; this.begun < due; this.begun += 1) {
      const sending = this.send(this.begun);
      this.underWay.add(sending);
      void sending.finally(() => this.underWay.delete(sending));
    }
  }

  private async send(n: number): Promise<void> {
    const isCold = this.cold.length > 0 && n % COLD_IN === 0;
    const known = isCold ? this.cold[(n / COLD_IN) % this.cold.length]! : this.warm[n % this.warm.length]!;
    // An odd number of requests for all keys: each is asked for in both ways.
    const verify = (n + Math.floor(n / this.warm.length)) % 2 === 0 ? checkKey : askVerdict;
    const [sentAt, startedAt] = [Date.now(), performance.now()];
    const answer = await verify(this.agent, this.url, known.key).catch(() => undefined);
    const status = this.note(known, answer);
    this.requests.push({ kind: isCold ? 'cold' : 'warm', sentAt, ms: performance.now() - startedAt, status });
  }

  private note({ id, code }: KnownKey, answer: LoadAnswer | undefined): number {
    if (answer?.status === 200 || answer?.status === 403)
      add(this.answered, `${id} ${codeOf(answer.status, answer.body, code)}`);
    else if (!answer?.saysWhenAgain) add(this.unanswered, `${id} ${code}`);
    return answer?.status ?? 0;
  }
}

const passed = (requests: readonly Sent[]): number => requests.filter(({ status }) => status === 200).length;
/** In percent. @param whose for the log, which has what came instead */
export function availability(requests: readonly Sent[], whose = 'requests'): number {
  const others: Counts = new Map();
  for (const { status } of requests) if (status !== 200) add(others, String(status));
  if (others.size) console.log(`${whose} that did not pass, by status: ${JSON.stringify([...others])}`);
  return (100 * passed(requests)) / requests.length;
}
export const worst = (requests: readonly Sent[]): number => Math.max(0, ...requests.map(({ ms }) => ms));
/** From that moment until the last request ended that did not pass. */
export const backAfter = (requests: readonly Sent[], moment: number): number =>
  Math.max(
    0,
    ...requests.filter(({ status }) => status !== 200).map(({ sentAt, ms }) => sentAt + ms - moment),
  );
