import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { KeyRotation } from '../api-keys/key-rotation.js';
import { LeaderLock } from '../database/leader-lock.js';
import { Clock } from '../platform/clock.js';
import { RefusalLog } from '../usage/refusal-log.js';

/** Longer than any pause between two leaders. */
const LOOK_BACK_MS = 3_600_000;
/** A key that is over is refused with these. */
const OVER = ['EXPIRED', 'REVOKED'];

/** Finds out who still uses a key that was replaced and is over: its owner forgot a place when he changed it. */
@Injectable()
export class RotatedKeys {
  constructor(
    private readonly rotation: KeyRotation,
    private readonly refusals: RefusalLog,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_MINUTE, { waitForCompletion: true })
  async everyMinute(): Promise<void> {
    if (await this.lock.lead()) await this.run(this.clock.now());
  }

  async run(now: Date): Promise<void> {
    const refused = await this.refusals.refusedSince(new Date(now.getTime() - LOOK_BACK_MS), OVER);
    await this.rotation.noteLateUses(refused);
  }
}
