// Owns the answer to gateways that ask whether a request may pass (nginx, Traefik, Envoy, Caddy, HAProxy and others).
// Promises that every header of identity is in every answer, that nothing but 200 lets a request pass and nothing is a redirection,
// and that what a client sends in its own name is never taken for the gateway's word.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { FastLane } from '../verification/fast-lane.js';
import { VerificationModule } from '../verification/verification.module.js';
import { answerTo, denied } from './forward-auth.js';
import { ForwardAuthController } from './forward-auth.controller.js';
import { ForwardAuthReader, ROUTE } from './forward-auth-reader.js';
import type { GatewayAttempt } from './forward-auth-reader.js';

@Module({
  imports: [ThrottleModule, VerificationModule],
  controllers: [ForwardAuthController],
  providers: [ForwardAuthReader],
})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly lane: FastLane,
    private readonly reader: ForwardAuthReader,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const { reader, clock } = this;
    this.lane.register<GatewayAttempt>({
      path: ROUTE,
      takesSubPaths: true,
      attempt: (req, split, requestId) => {
        const request = reader.request(req, split, requestId);
        return request.options.require && reader.attempt(request);
      },
      answer: (outcome, { request }) => answerTo(outcome, request, clock.millis()),
      blocked: ({ retryAfterSeconds }, { request }) => denied('RATE_LIMITED', request, retryAfterSeconds),
    });
  }
}
