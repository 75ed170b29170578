// Owns the answer to "is this key good, here and now?".
// Promises that a change is seen at once in this process and within a second in the others, and that neither
// Keycloak nor a write stands on the way. Outside POST /v1/verify, nobody is told whether a refused key exists.
// The fast lane answers look-ups too, not only known keys: through Express a cold key would cost several times as
// much, and a restart would be felt.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parseLimits } from '../api-keys/limits.js';
import { Config } from '../config/config.js';
import { KeyLookupModule } from '../key-lookup/key-lookup.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import type { LaneAdapter } from '../platform/lane-adapter.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { CheckKey } from './check-key.js';
import { FastLane } from './fast-lane.js';
import { KeyRates } from './key-rates.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { Sentences } from './outcome.js';
import { RequestReader } from './request-reader.js';
import { VerificationController } from './verification.controller.js';
import { VerificationMetrics } from './verification-metrics.js';
import { ServicePolicy, VerificationService } from './verification.service.js';

/** At which verifications are logged. */
const ACCESS_LOG_LEVELS = ['trace', 'debug'];

@Module({
  imports: [KeyLookupModule.forLimits(parseLimits), OwnersModule, ThrottleModule, UsageModule],
  controllers: [VerificationController],
  providers: [
    CheckKey,
    FastLane,
    KeyRates,
    OutcomeRecorder,
    RequestReader,
    Sentences,
    ServicePolicy,
    VerificationMetrics,
    VerificationService,
  ],
  exports: [RequestReader, Sentences, VerificationMetrics, VerificationService, FastLane],
})
export class VerificationModule implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly lane: FastLane,
    private readonly checkKey: CheckKey,
    private readonly host: HttpAdapterHost<LaneAdapter>,
  ) {}

  onModuleInit(): void {
    this.lane.register(this.checkKey);
    const { verification, log } = this.config;
    // Only the long way writes an access log.
    const usesLane = verification.fastLane && !ACCESS_LOG_LEVELS.includes(log.level);
    if (usesLane) this.host.httpAdapter.lane = (req, res, longWay) => this.lane.handle(req, res, longWay);
  }
}
