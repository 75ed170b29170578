import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { storable } from '../platform/storable.js';

/** One refusal of a key of ours; the same ones that came within a flush are one, with their number. */
export interface Refusal {
  readonly keyId: string;
  readonly code: string;
  readonly audience: string | null;
  /** Where the request came from, cut to /24 or /48. */
  readonly network: string | null;
  readonly agent: string | null;
  /** What was required, as it is written in `require`. */
  readonly requirement: string | null;
  /** The last of them, in milliseconds since 1970. */
  readonly at: number;
  readonly count: number;
}

export type Refused = Omit<Refusal, 'at' | 'count'>;

const MOST_OF_A_KEY = 50;
/** Of so many keys at once; of more, the eldest are forgotten: they are a help, and no count. */
const MOST_KEYS = 10_000;
const LONGEST = 256;

const INSERT = `
  INSERT INTO refusals (key_id, at, code, audience, network, agent, requirement, count)
  SELECT key_id, to_timestamp(at / 1000), code, audience, network, agent, requirement, count
  FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
    AS r (key_id, at, code, audience, network, agent, requirement, count)`;
const FORGET = `
  DELETE FROM refusals r USING (
    SELECT id, row_number() OVER (PARTITION BY key_id ORDER BY at DESC, id DESC) AS place
    FROM refusals WHERE key_id = ANY($1)) old
  WHERE r.id = old.id AND old.place > ${MOST_OF_A_KEY}`;
const READ = `
  SELECT key_id AS "keyId", floor(extract(epoch FROM at) * 1000)::float8 AS at, code, audience, network, agent,
    requirement, count
  FROM refusals WHERE key_id = $1 ORDER BY at DESC, id DESC LIMIT ${MOST_OF_A_KEY}`;

const FIRST = `
  SELECT key_id AS "keyId", min(floor(extract(epoch FROM at) * 1000))::float8 AS at
  FROM refusals WHERE at >= $1 AND code = ANY($2) GROUP BY key_id`;

type Kinds = Map<string, Refusal>;

/** The latest refusals of each key, for its owner to see why: in memory, and written with the counts. */
@Injectable()
export class RefusalLog {
  private readonly logger = new Logger('Usage');
  private recent = new Map<string, Kinds>();
  /** Taken to be written, and not yet known to be. */
  private sent = new Map<string, Kinds>();

  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** On the way of a verification, so in memory alone. @param now milliseconds since 1970 */
  record(refused: Refused, now: number): void {
    const { keyId, code, audience, network, agent, requirement } = refused;
    const kinds = this.kindsOf(keyId);
    const name = JSON.stringify([code, audience, network, agent, requirement]);
    const before = kinds.get(name);
    kinds.delete(name);
    const shown = { audience: cut(audience), requirement: cut(requirement) };
    kinds.set(name, { ...refused, ...shown, at: now, count: (before?.count ?? 0) + 1 });
    forgetEldest(kinds, MOST_OF_A_KEY);
  }

  /** The latest first: what isn't written yet, and what is. */
  async latest(keyId: string, limit = MOST_OF_A_KEY): Promise<Refusal[]> {
    const pending = [this.sent, this.recent].flatMap((log) => [...(log.get(keyId)?.values() ?? [])]);
    const written = await this.source.query<Refusal[]>(READ, [keyId]);
    return [...pending, ...written].sort((a, b) => b.at - a.at).slice(0, Math.min(limit, MOST_OF_A_KEY));
  }

  /** By key id when it was first refused since then with one of these codes, in milliseconds since 1970, as far as it is written. */
  async refusedSince(since: Date, codes: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.source.query<{ keyId: string; at: number }[]>(FIRST, [since, codes]);
    return new Map(rows.map(({ keyId, at }) => [keyId, at]));
  }

  /** What can't be written is dropped: the counts are kept, and what is newer tells more. */
  async flush(): Promise<void> {
    if (this.recent.size === 0) return;
    this.sent = this.recent;
    this.recent = new Map();
    try {
      await this.write([...this.sent.values()].flatMap((kinds) => [...kinds.values()]));
    } catch (error) {
      this.logger.debug(`refusals of ${this.sent.size} keys could not be written: ${String(error)}`);
    } finally {
      this.sent = new Map();
    }
  }

  private async write(refusals: readonly Refusal[]): Promise<void> {
    const column = <Name extends keyof Refusal>(name: Name) => refusals.map((refusal) => refusal[name]);
    await this.source.transaction(async (manager) => {
      const where = [column('network'), column('agent'), column('requirement'), column('count')];
      await manager.query(INSERT, [
        column('keyId'),
        column('at'),
        column('code'),
        column('audience'),
        ...where,
      ]);
      await manager.query(FORGET, [[...new Set(column('keyId'))]]);
    });
  }

  private kindsOf(keyId: string): Kinds {
    let kinds = this.recent.get(keyId);
    if (!kinds) {
      this.recent.set(keyId, (kinds = new Map()));
      forgetEldest(this.recent, MOST_KEYS);
    }
    return kinds;
  }
}

function forgetEldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const [eldest] = map.keys();
  map.delete(eldest!);
}

const cut = (text: string | null): string | null => text && storable(text.slice(0, LONGEST));
