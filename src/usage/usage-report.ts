import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

export interface UsageDay {
  /** Its beginning, in UTC. */
  readonly at: Date;
  readonly accepted: number;
  readonly refused: number;
}

interface Row {
  readonly at: Date;
  readonly accepted: string;
  readonly refused: string;
}

/** Days without any use as well, so that what is drawn of them has no gaps. */
const DAYS = `
  SELECT day AS at, coalesce(accepted, 0) AS accepted, coalesce(refused, 0) AS refused
  FROM generate_series(date_trunc('day', $1::timestamptz, 'UTC'), $2::timestamptz, interval '1 day') AS day
  LEFT JOIN (
    SELECT date_trunc('day', hour, 'UTC') AS day, sum(accepted) AS accepted, sum(refused) AS refused
    FROM usage WHERE hour >= date_trunc('day', $1::timestamptz, 'UTC') AND hour <= $2 GROUP BY 1) AS used USING (day)
  ORDER BY day`;
const OF_KEYS = `
  SELECT key_id, sum(accepted) AS accepted FROM usage WHERE key_id = ANY($1) AND hour >= $2 GROUP BY key_id`;

/** What was written of the use of keys, over time. */
@Injectable()
export class UsageReport {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** All verifications by day, gaps filled. */
  async days(from: Date, to: Date): Promise<UsageDay[]> {
    const rows = await this.source.query<Row[]>(DAYS, [from, to]);
    return rows.map(({ at, accepted, refused }) => ({
      at,
      accepted: Number(accepted),
      refused: Number(refused),
    }));
  }

  /** How often each of these keys passed since then; one that did not is missing. */
  async acceptedSince(keyIds: readonly string[], since: Date): Promise<Map<string, number>> {
    const rows = await this.source.query<{ key_id: string; accepted: string }[]>(OF_KEYS, [keyIds, since]);
    return new Map(rows.map((row) => [row.key_id, Number(row.accepted)]));
  }
}
