import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { LeaderLock } from '../database/leader-lock.js';
import { Clock } from '../platform/clock.js';
import { IdempotentAnswers } from './idempotent-answers.js';

/** Removes answers that nobody may ask for again. */
@Injectable()
export class OldAnswers {
  constructor(
    private readonly answers: IdempotentAnswers,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_10_MINUTES, { waitForCompletion: true })
  async everyTenMinutes(): Promise<void> {
    if (await this.lock.lead()) await this.answers.forgetOld(this.clock.now());
  }
}
