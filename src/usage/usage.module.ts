// Owns the counts of verifications. Promises that counting costs a verification no query, that each count is written
// once, and that reading them writes nothing. Knows a key only by id.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Registry } from 'prom-client';
import { gauge } from '../platform/metrics.js';
import { KeyUsage } from './key-usage.js';
import { OldWriters } from './old-writers.js';
import { RefusalLog } from './refusal-log.js';
import { UsageFlusher } from './usage-flusher.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageWriter } from './usage.entity.js';
import { UsageRetention } from './usage-retention.js';
import { UsageSeries } from './usage-series.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageWriter])],
  providers: [
    UsageRecorder,
    UsageFlusher,
    UsageService,
    UsageSeries,
    KeyUsage,
    RefusalLog,
    OldWriters,
    UsageRetention,
  ],
  exports: [UsageRecorder, UsageService, UsageSeries, KeyUsage, RefusalLog],
})
export class UsageModule {
  constructor(usage: UsageFlusher, registry: Registry) {
    const help = 'Keys with counts that are not written yet: it grows while the database is unavailable';
    gauge({ registry, name: 'apikm_usage_pending_keys', help }, () => usage.pendingKeys);
    const age = 'Age of the oldest count that is not written yet; 0: all are written';
    const eldest = { registry, name: 'apikm_usage_oldest_pending_seconds', help: age } as const;
    gauge({ ...eldest, together: 'max' }, () => usage.pendingSeconds);
  }
}
