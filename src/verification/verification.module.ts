// Owns the answer to "is this key good, here and now?".
// Promises that a change is seen at once in this process and within a second in the others, and that neither
// Keycloak nor a write stands on the way. Outside POST /v1/verify, nobody is told whether a refused key exists.
// The fast lane answers look-ups too, not only known keys: through Express a cold key would cost several times as
// much, and a restart would be felt.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { parseLimits } from '../api-keys/limits.js';
import { KeyLookupModule } from '../key-lookup/key-lookup.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { CheckKey } from './check-key.js';
import { FastLane } from './fast-lane.js';
import { KeyRates } from './key-rates.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RequestReader } from './request-reader.js';
import { VerificationController } from './verification.controller.js';
import { VerificationMetrics } from './verification-metrics.js';
import { ServicePolicy, VerificationService } from './verification.service.js';

@Module({
  imports: [KeyLookupModule.forLimits(parseLimits), OwnersModule, ThrottleModule, UsageModule],
  controllers: [VerificationController],
  providers: [
    CheckKey,
    FastLane,
    KeyRates,
    OutcomeRecorder,
    RequestReader,
    ServicePolicy,
    VerificationMetrics,
    VerificationService,
  ],
  exports: [RequestReader, VerificationService, FastLane],
})
export class VerificationModule implements OnModuleInit {
  constructor(
    private readonly lane: FastLane,
    private readonly checkKey: CheckKey,
  ) {}

  onModuleInit(): void {
    this.lane.register(this.checkKey);
  }
}
