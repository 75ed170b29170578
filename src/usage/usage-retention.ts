import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import type { EntityManager } from 'typeorm';
import { Config } from '../config/config.js';
import { LeaderLock } from '../database/leader-lock.js';
import { Unhurried } from '../database/unhurried.js';
import { Clock } from '../platform/clock.js';
import { DAYS, dropMonth, HOURS, isByMonth, makeMonths, monthAt, monthsOf, restOf } from './partitions.js';
import type { ByMonth } from './partitions.js';
import { HOURS_KEPT_DAYS } from './usage.query.js';

const DAY_MS = 86_400_000;
/** Partitions are made for this month and so many more. */
const MONTHS_AHEAD = 2;

/** Of builds of before, which count no audience and no reason. */
const ADOPT = `
  WITH moved AS (DELETE FROM usage RETURNING *),
    counts AS (
      SELECT key_id, hour, 'VALID' AS code, accepted AS count FROM moved WHERE accepted > 0
      UNION ALL SELECT key_id, hour, 'REFUSED', refused FROM moved WHERE refused > 0),
    hours AS (
      INSERT INTO usage_hours AS u (key_id, hour, audience, code, count) SELECT key_id, hour, '', code, count FROM counts
      ON CONFLICT (key_id, hour, audience, code) DO UPDATE SET count = u.count + excluded.count)
  INSERT INTO usage_of_all AS u (hour, audience, code, count) SELECT hour, '', code, sum(count) FROM counts GROUP BY hour, code
  ON CONFLICT (hour, audience, code) DO UPDATE SET count = u.count + excluded.count`;

const INTO_DAYS = (rows: string): string => `
  INSERT INTO usage_days AS u (key_id, day, audience, code, count)
  SELECT key_id, (hour AT TIME ZONE 'UTC')::date, audience, code, sum(count) FROM ${rows} GROUP BY 1, 2, 3, 4
  ON CONFLICT (key_id, day, audience, code) DO UPDATE SET count = u.count + excluded.count`;
const MOVE_INTO_DAYS = (table: string): string =>
  `WITH old AS (DELETE FROM ${table} WHERE hour < $1 RETURNING *) ${INTO_DAYS('old')}`;

/** Makes partitions ahead, days of old hours, and forgets what is older than is to be kept. */
@Injectable()
export class UsageRetention {
  constructor(
    private readonly config: Config,
    private readonly unhurried: Unhurried,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  async everyHour(): Promise<void> {
    if (await this.lock.lead()) await this.run(this.clock.now());
  }

  async run(now: Date): Promise<void> {
    // Whole months, so that partitions can be dropped: hours are kept 30 days at least.
    const { begin: hoursFrom } = monthAt(new Date(now.getTime() - HOURS_KEPT_DAYS * DAY_MS));
    const keptFrom = new Date(now.getTime() - this.config.usage.retentionDays * DAY_MS);
    await this.unhurried.run(async (manager) => {
      await manager.query(ADOPT);
      await this.intoDays(manager, hoursFrom);
      await forget(manager, DAYS, keptFrom);
      await manager.query('DELETE FROM usage_of_all WHERE hour < $1', [keptFrom]);
      for (const parted of [HOURS, DAYS]) await makeAhead(manager, parted, now);
    });
  }

  private async intoDays(manager: EntityManager, before: Date): Promise<void> {
    const isParted = await isByMonth(manager, HOURS);
    await manager.query(MOVE_INTO_DAYS(isParted ? restOf(HOURS) : HOURS.table), [before]);
    if (!isParted) return;
    for (const month of await monthsOf(manager, HOURS))
      if (month.end <= before)
        await dropMonth(manager, HOURS, month, (tx) => tx.query(INTO_DAYS(month.name)));
  }
}

async function forget(manager: EntityManager, parted: ByMonth, before: Date): Promise<void> {
  const isParted = await isByMonth(manager, parted);
  const table = isParted ? restOf(parted) : parted.table;
  await manager.query(`DELETE FROM ${table} WHERE ${parted.column} < $1`, [before]);
  if (!isParted) return;
  for (const month of await monthsOf(manager, parted))
    if (month.end <= before) await dropMonth(manager, parted, month);
}

async function makeAhead(manager: EntityManager, parted: ByMonth, now: Date): Promise<void> {
  if (!(await isByMonth(manager, parted))) return;
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, further) => monthAt(now, further).begin);
  await makeMonths(manager, parted, months);
}
