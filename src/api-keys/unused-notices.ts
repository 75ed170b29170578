import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { Config } from '../config/config.js';
import { Unhurried } from '../database/unhurried.js';
import type { ApiKey } from './api-key.entity.js';

const DAY_MS = 86_400_000;
const NOTICE_DAYS = 14;
const AT_ONCE = 200;

/** When a key was made, switched on or used last, whichever is the latest. */
const SINCE = 'greatest(k.created_at, k.enabled_at, t.last_used_at)';
const KEYS = 'api_keys k LEFT JOIN usage_totals t ON t.key_id = k.id';
const LIVE = 'k.revoked_at IS NULL AND k.enabled AND (k.never_expires OR k.expires_at > $1)';

const WITHDRAW = `
  DELETE FROM unused_notices n USING ${KEYS}
  WHERE k.id = n.key_id AND (${SINCE} > n.noticed_at OR NOT (${LIVE}))`;
const IS_DUE = `${LIVE} AND ${SINCE} <= $2 AND NOT EXISTS (SELECT FROM unused_notices n WHERE n.key_id = k.id)`;
const DUE = `SELECT k.id FROM ${KEYS} WHERE ${IS_DUE} ORDER BY k.id LIMIT ${AT_ONCE}`;
const GIVE = `
  INSERT INTO unused_notices (key_id, noticed_at)
  SELECT k.id, $1 FROM ${KEYS} WHERE ${IS_DUE} AND k.id = ANY($3)
  RETURNING key_id AS id, (SELECT owner_id FROM api_keys WHERE id = key_id) AS "ownerId"`;
const OVER = `
  SELECT k.id, ${SINCE} AS since FROM ${KEYS} JOIN unused_notices n ON n.key_id = k.id
  WHERE ${LIVE} AND ${SINCE} <= $2 AND ${SINCE} <= n.noticed_at AND n.noticed_at <= $3
  ORDER BY k.id LIMIT ${AT_ONCE}`;

/** Who was told that a key of his will be switched off unless somebody uses it. */
@Injectable()
export class UnusedNotices {
  /** Milliseconds; undefined: keys may go unused as long as they like. */
  private readonly unusedMs: number | undefined;
  /** How long before its end an owner is told, at least. */
  private readonly noticeMs: number;

  constructor(
    { usage }: Config,
    @InjectDataSource() private readonly source: DataSource,
    private readonly unhurried: Unhurried,
    private readonly changes: Changes,
  ) {
    const days = usage.unusedDisableDays;
    this.unusedMs = days === undefined ? undefined : days * DAY_MS;
    this.noticeMs = Math.min(NOTICE_DAYS, (days ?? 0) / 2) * DAY_MS;
  }

  /** When a key was told to be switched off for want of use; a key that isn't told of is missing. */
  async of(keyIds: readonly string[]): Promise<Map<string, Date>> {
    if (this.unusedMs === undefined) return new Map();
    const rows = await this.source.query<{ key_id: string; noticed_at: Date }[]>(
      'SELECT key_id, noticed_at FROM unused_notices WHERE key_id = ANY($1)',
      [keyIds],
    );
    return new Map(rows.map((row) => [row.key_id, row.noticed_at]));
  }

  /** When a key is switched off unless it is used before; null: that isn't foreseen. */
  endOf(key: ApiKey, lastUsedAt: Date | null, noticedAt: Date | undefined): Date | null {
    if (this.unusedMs === undefined || !noticedAt || !key.enabled || key.revokedAt) return null;
    const since = Math.max(...[key.createdAt, key.enabledAt, lastUsedAt].map((at) => at?.getTime() ?? 0));
    if (since > noticedAt.getTime()) return null;
    return new Date(Math.max(noticedAt.getTime() + this.noticeMs, since + this.unusedMs));
  }

  /** Gives those notices that are due, and takes back those of keys that were used since or have ended. */
  async renew(now: Date): Promise<void> {
    const { unusedMs, noticeMs } = this;
    if (unusedMs === undefined) return;
    const unusedSince = ago(now, unusedMs - noticeMs);
    await this.unhurried.run(async (manager) => {
      await manager.query(WITHDRAW, [now]);
      let due: { id: string }[];
      do {
        due = await manager.query(DUE, [now, unusedSince]);
        if (due.length > 0) await this.give(due, now, unusedSince);
      } while (due.length === AT_ONCE);
    });
  }

  /** Keys that nobody has used in spite of the notice, and since when; some of them, if they are many. */
  async over(now: Date): Promise<{ id: string; since: Date }[]> {
    const { unusedMs, noticeMs } = this;
    if (unusedMs === undefined) return [];
    return this.unhurried.run((manager) =>
      manager.query(OVER, [now, ago(now, unusedMs), ago(now, noticeMs)]),
    );
  }

  private give(keys: readonly { id: string }[], now: Date, unusedSince: Date): Promise<void> {
    const ids = keys.map(({ id }) => id);
    return this.changes.make(async ({ manager, record }) => {
      const given = await manager.query<{ id: string; ownerId: string }[]>(GIVE, [now, unusedSince, ids]);
      await record(
        ...given.map(({ id, ownerId }) => ({ action: 'key.unused' as const, ownerId, keyId: id })),
      );
    });
  }
}

const ago = (now: Date, milliseconds: number): Date => new Date(now.getTime() - milliseconds);
