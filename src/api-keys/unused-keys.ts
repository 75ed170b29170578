import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { PROGRAM } from '../changes/changes.js';
import { LeaderLock } from '../database/leader-lock.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { KeyChanges } from './key-changes.js';
import { UnusedNotices } from './unused-notices.js';

/** Switches keys off that nobody has used for long, where APIKM_UNUSED_DISABLE_DAYS says so, and never without a notice before. */
@Injectable()
export class UnusedKeys {
  private readonly logger = new Logger('UnusedKeys');

  constructor(
    private readonly notices: UnusedNotices,
    private readonly keys: KeyChanges,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  async everyHour(): Promise<void> {
    if (await this.lock.lead()) await this.run(this.clock.now());
  }

  async run(now: Date): Promise<void> {
    await this.notices.renew(now);
    let disabled = 0;
    for (let over = await this.notices.over(now); over.length > 0; over = await this.notices.over(now))
      for (const { id, since } of over) disabled += await this.disable(id, since);
    if (disabled > 0) this.logger.log(`${disabled} unused keys were switched off`);
  }

  /** @returns 1, or 0 where it wasn't there to be switched off any more: somebody may have ended it just now */
  private async disable(id: string, since: Date): Promise<0 | 1> {
    try {
      await this.keys.disable({ id }, PROGRAM, `not used since ${since.toISOString()}`);
      return 1;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'KEY_REVOKED') return 0;
      throw error;
    }
  }
}
