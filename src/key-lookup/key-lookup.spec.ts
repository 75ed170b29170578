import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../config/config.js';
import type { VerificationPool } from '../database/verification-pool.js';
import type { Change, Invalidation } from '../invalidation/invalidation.service.js';
import { Clock } from '../platform/clock.js';
import { KeyCache } from './key-cache.js';
import { KeyLookup } from './key-lookup.js';
import { KeyQueries } from './key-queries.js';
import type { ReplicaReads } from './replica-reads.js';
import type { SnapshotRow } from './snapshot.js';

const digestHex = (text: string): string => hash('sha256', text, 'hex');
const asStored = (stored: object): object => stored;

const rowOf = (digest: string, owner: Partial<SnapshotRow> = {}): SnapshotRow => ({
  digest,
  id: digest.slice(0, 22),
  name: 'tiles',
  enabled: true,
  revoked: false,
  expires_at: null,
  limits: {},
  config: {},
  owner_id: 'somebody',
  login: 'first.last',
  owner_enabled: true,
  owner_roles: ['default-roles-apikeys', 'reader', 'offline_access', 'uma_authorization'],
  groups: ['/org'],
  attributes: {},
  rights_read_at: null,
  ...owner,
});

const NO_REPLICA = { isUsable: false, heard: () => {} } as unknown as ReplicaReads;

function lookUpIn(rows: () => Promise<SnapshotRow[]>, clock = new Clock()) {
  let tell = (_: Change): void => {};
  const lookup = new KeyLookup(
    { verification: { freshSeconds: 10, staleSeconds: 600 } } as Config,
    new KeyQueries({ connections: 4, rows } as unknown as VerificationPool, NO_REPLICA),
    clock,
    { subscribe: (onChange: typeof tell) => (tell = onChange) } as unknown as Invalidation,
    asStored,
  );
  return { lookup, tell: (change: Change) => tell(change) };
}

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => digestHex(`key ${i}`));

describe('while the database hangs', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('a flood of keys is answered within a second, and few of them wait', async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    let asked = 0;
    let release = (): void => {};
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const { lookup } = lookUpIn(async () => {
      asked += 1;
      await hanging;
      return [];
    });
    const startedAt = performance.now();
    const found = await Promise.all(many(60_000).map((digest) => lookup.find(digest)));
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(new Set(found)).toEqual(new Set([undefined]));
    expect(error).toHaveBeenCalledTimes(1);
    vi.spyOn(Logger.prototype, 'log').mockReturnValue();
    release();
    expect(await lookup.find(digestHex('a key asked for after that'))).toBeNull();
    expect(asked).toBeLessThan(60);
  });

  it('an outage is told once, also when answers come too late', { timeout: 20_000 }, async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const log = vi.spyOn(Logger.prototype, 'log').mockReturnValue();
    const { lookup } = lookUpIn(() => pause(1100, []));
    const asked: Promise<unknown>[] = [];
    for (const digest of many(40)) {
      asked.push(lookup.find(digest));
      await pause(75);
    }
    await Promise.all(asked);
    expect([error.mock.calls.length, log.mock.calls.length]).toEqual([1, 0]);
  });
});

describe('remembered keys', () => {
  it('are a hundred thousand, also when each has an owner of its own', () => {
    const cache = new KeyCache(asStored);
    const digests = many(100_000);
    digests.forEach((digest, i) => cache.set(digest, rowOf(digest, { owner_id: `person ${i}` }), 1));
    expect(digests.filter((digest) => !cache.get(digest))).toEqual([]);
  });

  it('are counted when they leave to make room, and not when they are read anew or forgotten', () => {
    const cache = new KeyCache(asStored);
    const [first, second] = many(2) as [string, string];
    for (const digest of [first, first, second]) cache.set(digest, rowOf(digest), 1);
    cache.forgetKey(second);
    expect(cache.evicted).toBe(0);
    const large = { notes: 'x'.repeat(100_000) };
    for (const digest of many(602).slice(2)) cache.set(digest, rowOf(digest, { config: large }), 1);
    expect(cache.get(first)).toBeUndefined();
    expect(cache.evicted).toBe(601 - cache.size);
  });

  it('are believed by nobody once their owner was heard to have changed, even if he was forgotten', () => {
    const cache = new KeyCache(asStored);
    const digest = digestHex('a key');
    cache.set(digest, rowOf(digest, { owner_id: 'changed' }), 1);
    const large = { notes: ['x'.repeat(100_000)] };
    for (const [i, other] of many(600).entries())
      cache.set(other, rowOf(other, { owner_id: `person ${i}`, attributes: large }), 1);
    cache.forgetOwner('changed');
    expect([cache.get(digest), cache.getDoubtful(digest)]).toEqual([undefined, undefined]);
  });
});

class MovedClock extends Clock {
  ahead = 0;

  override millis(): number {
    return super.millis() + this.ahead;
  }
}

describe('a database that is away for as long as keys may be believed without it', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('takes no key out that was believed when it went, and leaves none for longer', async () => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const clock = new MovedClock();
    const digest = digestHex('key');
    let isAway = false;
    const { lookup } = lookUpIn(async () => {
      if (isAway) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      return [rowOf(digest)];
    }, clock);
    await lookup.find(digest);
    isAway = true;
    // Fresh for 10 s, after which it goes away for 600.
    clock.ahead = 608_000;
    expect(await lookup.find(digest)).toMatchObject({ digest });
    clock.ahead = 610_000;
    expect(await lookup.find(digest)).toBeUndefined();
  });
});

describe('a clock that was ahead, and is right again,', () => {
  it('leaves no key believed for as long as it was wrong', async () => {
    const clock = new MovedClock();
    clock.ahead = 3_600_000;
    const digest = digestHex('key');
    const { lookup } = lookUpIn(async () => [rowOf(digest)], clock);
    await lookup.find(digest);
    expect(lookup.known(digest, clock.millis())).toBeDefined();
    clock.ahead = 0;
    expect(lookup.known(digest, clock.millis())).toBeUndefined();
    await lookup.find(digest);
    expect(lookup.known(digest, clock.millis())).toBeDefined();
  });
});
