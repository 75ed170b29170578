// Owns the counts of verifications. Promises that counting costs a verification no query.
// Knows a key only by id.
import { Module } from '@nestjs/common';
import { UsageService } from './usage.service.js';

@Module({ providers: [UsageService], exports: [UsageService] })
export class UsageModule {}
