import { Injectable, Logger } from '@nestjs/common';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { Outage } from '../keycloak/outage.js';
import { ServiceAccount } from '../keycloak/service-account.js';
import { Clock } from '../platform/clock.js';
import { seconds } from '../platform/trouble.js';

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;
/** More are counted, not named. */
const NAMED_AT_ONCE = 3;

interface Wait {
  readonly pauseMs: number;
  readonly until: number;
}

/** Who can not be read while Keycloak answers others: named once, and tried again later each time. */
@Injectable()
export class UnreadPeople {
  private readonly logger = new Logger('KeycloakSync');
  private readonly waiting = new Map<string, Wait>();
  /** Since when each of those is unread whom the log has named. */
  private readonly named = new Map<string, number>();

  constructor(
    private readonly outage: Outage,
    private readonly account: ServiceAccount,
    private readonly clock: Clock,
  ) {}

  get count(): number {
    return this.waiting.size;
  }

  /** Whose turn it is. While Keycloak itself is away one person is enough to see its return. */
  due(): ReadonlySet<string> {
    const now = this.clock.millis();
    const due = [...this.waiting].filter(([, { until }]) => until <= now).map(([id]) => id);
    return new Set(this.outage.isOn ? due.slice(0, 1) : due);
  }

  /** What a pass came to for those whom it was to read. */
  async note(asked: Iterable<string>, failures: ReadonlyMap<string, Error>): Promise<void> {
    await this.outage.judged();
    const read = [...asked].filter((id) => !failures.has(id));
    for (const id of read) this.waiting.delete(id);
    for (const id of failures.keys()) this.waiting.set(id, this.next(id));
    await this.tell(failures);
    this.tellRead(read);
  }

  /** Whom somebody waits for: named as well, and not tried again by itself. */
  async noteOne(id: string, failure?: Error): Promise<void> {
    await this.outage.judged();
    if (failure) await this.tell(new Map([[id, failure]]));
    else this.tellRead([id]);
  }

  /** Another replica does it from here on. */
  forget(): void {
    this.waiting.clear();
  }

  private next(id: string): Wait {
    const before = this.waiting.get(id);
    const grown = before && !this.outage.isOn ? before.pauseMs * 2 : FIRST_PAUSE_MS;
    const pauseMs = Math.min(grown, LONGEST_PAUSE_MS);
    return { pauseMs, until: this.clock.millis() + pauseMs };
  }

  private async tell(failures: ReadonlyMap<string, Error>): Promise<void> {
    const fresh = [...failures].filter(([id]) => !this.named.has(id)).sort();
    const [first] = fresh;
    if (!first || this.outage.isOn || (await this.isOfAll(first[1]))) return;
    for (const [id] of fresh) this.named.set(id, this.clock.millis());
    this.logger.warn(
      `the rights of ${list(fresh.map(([id]) => id))} cannot be read: ${first[1].message}. Their keys keep the rights last confirmed. Keycloak's own log says why, often a user federation behind it; it is retried at growing intervals.`,
    );
  }

  /** Nobody can be read: the log has that already, with what to do. */
  private async isOfAll(failure: Error): Promise<boolean> {
    if (!(failure instanceof KeycloakError) || failure.kind !== 'refused') return false;
    await this.account.look();
    return this.account.readsNobody;
  }

  private tellRead(read: readonly string[]): void {
    const again = read.filter((id) => this.named.has(id)).sort();
    if (again.length === 0) return;
    const since = Math.min(...again.map((id) => this.named.get(id)!));
    for (const id of again) this.named.delete(id);
    this.logger.log(
      `the rights of ${list(again)} are read again, after ${seconds(this.clock.millis() - since)}`,
    );
  }
}

function list(ids: readonly string[]): string {
  const rest = ids.length - NAMED_AT_ONCE;
  const named = ids.slice(0, NAMED_AT_ONCE).map((id) => JSON.stringify(id));
  return named.join(', ') + (rest > 0 ? ` and ${rest} others` : '');
}
