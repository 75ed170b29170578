// Owns the counts of verifications. Promises that counting costs a verification no query.
// Knows a key only by id.
import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { gauge } from '../platform/metrics.js';
import { UsageService } from './usage.service.js';

@Module({ providers: [UsageService], exports: [UsageService] })
export class UsageModule {
  constructor(usage: UsageService, registry: Registry) {
    const help = 'Keys with counts that are not written yet: it grows while the database is away';
    gauge({ registry, name: 'apikm_usage_pending_keys', help }, () => usage.pendingKeys);
  }
}
