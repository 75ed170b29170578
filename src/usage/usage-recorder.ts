import { Injectable } from '@nestjs/common';
import { networkOf } from '../platform/client-address.js';
import { isStorable } from '../platform/storable.js';
import { userAgentFamily } from '../platform/user-agent.js';

/** The code under which the verifications are counted that a key passed; the others have the code of the refusal. */
export const ACCEPTED = 'VALID';

/** Verifications of one key within one hour, for one audience and with one outcome. */
export interface Count {
  /** The beginning of the hour, in milliseconds since 1970. */
  readonly hour: number;
  /** '': the caller named none. */
  readonly audience: string;
  readonly code: string;
  count: number;
}

/** What a request tells of itself. */
export interface Source {
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly audience: string | undefined;
  /** How the key came: `header`, `bearer`, … */
  readonly carrier: string;
}

export interface LastUse {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Cut to /24 or /48, as all networks here. */
  readonly network: string | null;
  readonly agent: string | null;
  readonly carrier: string | null;
}

/** What was counted of one key and is not written yet. */
export interface KeyUses {
  readonly keyId: string;
  readonly counts: readonly Count[];
  /** The latest that passed; null: none did. */
  readonly lastUse: LastUse | null;
  /** Where it was used from, with the last instant in milliseconds since 1970; the latest last. */
  readonly networks: ReadonlyMap<string, number>;
}

export const MOST_NETWORKS = 7;
/** Of so many keys; with more, some are written before their time. */
const MOST_KEYS = 100_000;
/** Different audiences of a key in an hour: callers name what they like, and each is a row. Past it none is named. */
const MOST_AUDIENCES = 64;
/** Of so many keys the audiences of the hour are remembered. */
const MOST_NAMING = 200_000;
const LONGEST_AUDIENCE = 256;
/** Longer ones are not kept to be compared. */
const LONGEST_AGENT = 500;
/** The caller named no audience, or too many. */
const UNNAMED = '';
const HOUR_MS = 3_600_000;

/** Counts in memory, on the way of a verification. */
@Injectable()
export class UsageRecorder {
  /** Called once there are more keys than memory should hold. */
  onFull: () => void = () => {};
  private readonly keys = new Map<string, Uses>();
  private readonly audiences = new Audiences();

  get size(): number {
    return this.keys.size;
  }

  /** When the eldest of these counts began, in milliseconds since 1970. */
  get since(): number | undefined {
    const [eldest] = this.keys.values();
    return eldest?.since;
  }

  /** @param now milliseconds since 1970 */
  accepted(keyId: string, now: number, source: Source): void {
    const uses = this.usesOf(keyId, now);
    this.count(uses, ACCEPTED, source.audience ?? UNNAMED, now);
    uses.cameFrom(source, now);
  }

  /** @param now milliseconds since 1970 */
  refused(keyId: string, now: number, code: string, audience = UNNAMED): void {
    this.count(this.usesOf(keyId, now), code, audience, now);
  }

  /** The first of them, which from now on are the caller's. */
  take(most: number): KeyUses[] {
    const taken: KeyUses[] = [];
    for (const uses of this.keys.values()) {
      if (taken.length === most) break;
      taken.push(uses);
      this.keys.delete(uses.keyId);
    }
    return taken;
  }

  /** Puts those first that were used least, and tells how many they are: one at least, if there is any. */
  leastBusyFirst(): number {
    let all = 0;
    for (const { total } of this.keys.values()) all += total;
    const mean = all / this.keys.size;
    const busy = [...this.keys.values()].filter(({ total }) => total > mean);
    for (const uses of busy) {
      this.keys.delete(uses.keyId);
      this.keys.set(uses.keyId, uses);
    }
    return this.keys.size - busy.length;
  }

  /** What nobody has taken yet. */
  values(): Iterable<KeyUses> {
    return this.keys.values();
  }

  private usesOf(keyId: string, now: number): Uses {
    let uses = this.keys.get(keyId);
    if (uses) return uses;
    this.keys.set(keyId, (uses = new Uses(keyId, now)));
    if (this.keys.size === MOST_KEYS) this.onFull();
    return uses;
  }

  private count(uses: Uses, code: string, audience: string, now: number): void {
    const { latest } = uses;
    // Nearly always another one like the one before.
    if (latest?.code === code && latest.audience === audience && isWithin(latest.hour, now))
      latest.count += 1;
    else uses.add(hourOf(now), this.audiences.named(uses.keyId, audience, now), code);
  }
}

const hourOf = (now: number): number => now - (now % HOUR_MS);
/** The clock may be set back as well. */
const isWithin = (hour: number, now: number): boolean => now >= hour && now < hour + HOUR_MS;

class Uses implements KeyUses {
  readonly counts: Count[] = [];
  latest: Count | undefined;
  private readonly before = new Map<string, number>();
  private at = -1;
  private address: string | undefined;
  private network: string | null = null;
  private userAgent: string | undefined;
  private agent: string | null = null;
  private carrier = '';

  constructor(
    readonly keyId: string,
    readonly since: number,
  ) {}

  get total(): number {
    return this.counts.reduce((sum, { count }) => sum + count, 0);
  }

  get lastUse(): LastUse | null {
    const { at, network, agent, carrier } = this;
    return at < 0 ? null : { at, network, agent, carrier };
  }

  get networks(): ReadonlyMap<string, number> {
    this.leaveNetwork();
    return this.before;
  }

  add(hour: number, audience: string, code: string): void {
    const isIt = (count: Count) => count.hour === hour && count.audience === audience && count.code === code;
    let count = this.counts.find(isIt);
    if (!count) this.counts.push((count = { hour, audience, code, count: 0 }));
    count.count += 1;
    this.latest = count;
  }

  cameFrom({ address, userAgent, carrier }: Source, now: number): void {
    if (address !== this.address) {
      this.leaveNetwork();
      this.address = address;
      this.network = address === undefined ? null : networkOf(address);
    }
    if (userAgent !== this.userAgent) {
      this.agent = userAgentFamily(userAgent);
      this.userAgent = userAgent && userAgent.length > LONGEST_AGENT ? undefined : userAgent;
    }
    this.carrier = carrier;
    if (now > this.at) this.at = now;
  }

  private leaveNetwork(): void {
    if (this.network === null) return;
    this.before.delete(this.network);
    this.before.set(this.network, this.at);
    if (this.before.size > MOST_NETWORKS) this.before.delete(this.before.keys().next().value!);
  }
}

/** The audiences that are counted by their names. */
class Audiences {
  private hour = 0;
  /** Most keys are for one. */
  private ofKeys = new Map<string, string | Set<string>>();

  named(keyId: string, audience: string, now: number): string {
    if (audience === UNNAMED) return audience;
    if (!isWithin(this.hour, now)) this.begin(hourOf(now));
    const names = this.ofKeys.get(keyId);
    if (names === audience) return audience;
    if (!isStorable(audience, LONGEST_AUDIENCE)) return UNNAMED;
    return this.add(keyId, audience, names) ? audience : UNNAMED;
  }

  private add(keyId: string, audience: string, names: string | Set<string> | undefined): boolean {
    if (names === undefined) return this.ofKeys.size < MOST_NAMING && !!this.ofKeys.set(keyId, audience);
    const all = typeof names === 'string' ? new Set([names]) : names;
    this.ofKeys.set(keyId, all);
    return all.has(audience) || (all.size < MOST_AUDIENCES && !!all.add(audience));
  }

  private begin(hour: number): void {
    this.hour = hour;
    this.ofKeys = new Map();
  }
}
