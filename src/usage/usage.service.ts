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

/** What keys were used for. Reading writes nothing: what isn't written yet is added. */
@Injectable()
export class UsageService {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly flusher: UsageFlusher,
  ) {}

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
