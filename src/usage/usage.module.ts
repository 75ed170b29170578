// Owns the counts of verifications. Promises that counting costs a verification no query, that each count is written
// once, and that reading them writes nothing. Knows a key only by id.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Registry } from 'prom-client';
import { Clock } from '../platform/clock.js';
import { gauge } from '../platform/metrics.js';
import { OldWriters } from './old-writers.js';
import { RefusalLog } from './refusal-log.js';
import { UsageFlusher } from './usage-flusher.js';
import { UsageRecorder } from './usage-recorder.js';
import type { Count } from './usage-recorder.js';
import { UsageWriter } from './usage.entity.js';
import { UsageReport } from './usage-report.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageWriter])],
  providers: [UsageRecorder, UsageFlusher, UsageService, UsageReport, RefusalLog, OldWriters],
  exports: [UsageRecorder, UsageService, UsageReport, RefusalLog],
})
export class UsageModule {
  constructor(usage: UsageFlusher, clock: Clock, registry: Registry) {
    const help = 'Keys with counts that are not written yet: it grows while the database is away';
    gauge({ registry, name: 'apikm_usage_pending_keys', help }, () => usage.pendingKeys);
    const age = 'For how long the eldest count has been seen to wait for being written; 0: none waits';
    gauge({ registry, name: 'apikm_usage_oldest_pending_seconds', help: age }, ageOfEldest(usage, clock));
  }
}

/** A count has no time of its own: its age is counted from the first look at it. */
function ageOfEldest(usage: UsageFlusher, clock: Clock): () => number {
  let [eldest, since]: [Count | undefined, number] = [undefined, 0];
  return () => {
    const [first] = usage.missing(0);
    if (first !== eldest) [eldest, since] = [first, clock.millis()];
    return first ? (clock.millis() - since) / 1000 : 0;
  };
}
