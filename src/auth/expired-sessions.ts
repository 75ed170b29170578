import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { LeaderLock } from '../database/leader-lock.js';
import { Session } from '../database/session.entity.js';
import { Clock } from '../platform/clock.js';

/** Removes sessions that nobody used for too long: they open nothing any more. */
@Injectable()
export class ExpiredSessions {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly lock: LeaderLock,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_10_MINUTES, { waitForCompletion: true })
  async everyTenMinutes(): Promise<void> {
    if (await this.lock.lead()) await this.run(this.clock.now());
  }

  async run(now: Date): Promise<void> {
    await this.sessions.delete({ expire: LessThan(now) });
  }
}
