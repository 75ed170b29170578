import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { Clock } from '../platform/clock.js';
import { ThrottleStorage } from './throttle.storage.js';

/** Forgets callers whose windows have ended. Each replica its own: they are in its memory. */
@Injectable()
export class EndedWindows {
  constructor(
    private readonly storage: ThrottleStorage,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_MINUTE, { waitForCompletion: true })
  everyMinute(): void {
    this.run(this.clock.now());
  }

  run(now: Date): void {
    this.storage.forgetEnded(now.getTime());
  }
}
