import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { LeaderLock } from '../database/leader-lock.js';
import { Clock } from '../platform/clock.js';
import { UsageWriter } from './usage.entity.js';

/** Long after any batch of theirs could come once more. */
const KEPT_MS = 7 * 86_400_000;

/** Forgets the batch numbers of processes that ended long ago. */
@Injectable()
export class OldWriters {
  constructor(
    @InjectRepository(UsageWriter) private readonly writers: Repository<UsageWriter>,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  async everyHour(): Promise<void> {
    if (await this.lock.lead()) await this.run(this.clock.now());
  }

  async run(now: Date): Promise<void> {
    await this.writers.delete({ writtenAt: LessThan(new Date(now.getTime() - KEPT_MS)) });
  }
}
