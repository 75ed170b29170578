import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { UsageFlusher } from './usage-flusher.js';
import type { Count } from './usage-recorder.js';

export interface Totals {
  readonly accepted: number;
  readonly refused: number;
  readonly lastUsedAt: Date | null;
}

interface Row {
  readonly key_id: string | null;
  readonly accepted: string;
  readonly refused: string;
  readonly last_used_at: Date | null;
  /** The last batch of this process that the counts hold. */
  readonly batch: number;
}

/** One statement sees the totals and which batches are in them at one and the same instant; one row at least. */
const READ_TOTALS = `
  SELECT t.key_id, t.accepted, t.refused, t.last_used_at, w.batch
  FROM (SELECT coalesce((SELECT batch FROM usage_writers WHERE id = $2), 0) AS batch) AS w
  LEFT JOIN usage_totals t ON t.key_id = ANY($1)`;

/** Keys by their last use, that which isn't written yet included; those never used come last, the newest first. */
const IN_ORDER_OF_USE = `
  SELECT string_agg(k.id, E'\\n' ORDER BY greatest(t.last_used_at, to_timestamp(p.used_at / 1000)) DESC NULLS LAST,
    k.created_at DESC) AS ids
  FROM api_keys k LEFT JOIN usage_totals t ON t.key_id = k.id
  LEFT JOIN (SELECT key_id, max(used_at) AS used_at FROM unnest($2::text[], $3::float8[]) AS u (key_id, used_at)
    GROUP BY key_id) AS p ON p.key_id = k.id
  WHERE k.owner_id = $1`;

/** What keys were used for. Reading writes nothing: what isn't written yet is added. */
@Injectable()
export class UsageService {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly flusher: UsageFlusher,
  ) {}

  /** The ids of a person's keys, the latest used first, one a line: as one text they take little memory, however many. */
  idsInOrderOfUse(ownerId: string): Promise<string> {
    return this.flusher.inTurn(async () => {
      const pending = [...this.flusher.missing(0)].filter(({ lastUsedAt }) => lastUsedAt !== null);
      const used = [pending.map(({ keyId }) => keyId), pending.map(({ lastUsedAt }) => lastUsedAt)];
      const [row] = await this.source.query<{ ids: string | null }[]>(IN_ORDER_OF_USE, [ownerId, ...used]);
      return row!.ids ?? '';
    });
  }

  /** By key id; a key that was never asked about is missing. */
  totals(keyIds: readonly string[]): Promise<Map<string, Totals>> {
    return this.flusher.inTurn(async () => {
      const rows = await this.source.query<Row[]>(READ_TOTALS, [keyIds, this.flusher.writer]);
      const totals = new Map(rows.flatMap(shape));
      const wanted = new Set(keyIds);
      for (const count of this.flusher.missing(rows[0]!.batch))
        if (wanted.has(count.keyId)) totals.set(count.keyId, sum(totals.get(count.keyId), count));
      return totals;
    });
  }
}

const shape = ({ key_id: keyId, accepted, refused, last_used_at: lastUsedAt }: Row): [string, Totals][] =>
  keyId === null ? [] : [[keyId, { accepted: Number(accepted), refused: Number(refused), lastUsedAt }]];

const NONE: Totals = { accepted: 0, refused: 0, lastUsedAt: null };

function sum(totals: Totals = NONE, { accepted, refused, lastUsedAt }: Count): Totals {
  const used = Math.max(totals.lastUsedAt?.getTime() ?? 0, lastUsedAt ?? 0);
  return {
    accepted: totals.accepted + accepted,
    refused: totals.refused + refused,
    lastUsedAt: used > 0 ? new Date(used) : null,
  };
}
