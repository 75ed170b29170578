// Owns the answer to "is this key good, here and now?".
// Promises that a change is seen at once in this process and within a second in the others, and that neither
// Keycloak nor a write stands on the way. Outside POST /v1/verify, nobody is told whether a refused key exists.
// The fast lane answers look-ups too, not only known keys: through Express a cold key would cost several times as
// much, and a restart would be felt.
// One folder, with more files than others have: what reads a request, what looks a key up and what decides share the
// snapshot of a key and nothing else, but none of them is of use without the others.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { CheckKeyRoute } from './check-key.route.js';
import { FastLane } from './fast-lane.js';
import { KeyLookup } from './key-lookup.js';
import { KeyRates } from './key-rates.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RequestReader } from './request-reader.js';
import { RouteAnswers } from './route-answers.js';
import { ServicePolicy } from './service-policy.js';
import { VerificationController } from './verification.controller.js';
import { VerificationMetrics } from './verification-metrics.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [InvalidationModule, OwnersModule, ThrottleModule, UsageModule],
  controllers: [VerificationController],
  providers: [
    CheckKeyRoute,
    FastLane,
    KeyLookup,
    KeyRates,
    OutcomeRecorder,
    RequestReader,
    RouteAnswers,
    ServicePolicy,
    VerificationMetrics,
    VerificationService,
  ],
  exports: [RequestReader, RouteAnswers, FastLane],
})
export class VerificationModule implements OnModuleInit {
  constructor(
    private readonly lane: FastLane,
    private readonly checkKey: CheckKeyRoute,
  ) {}

  onModuleInit(): void {
    this.lane.register(this.checkKey);
  }
}
