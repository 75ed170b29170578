// Owns the answer to gateways that ask whether a request may pass (nginx, Traefik, Envoy, Caddy, HAProxy and others).
// Promises that every header of identity is in every answer, that nothing but 200 lets a request pass and nothing is a
// redirection, and that what a client sends in its own name is never taken for the gateway's word.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { FastLane } from '../verification/fast-lane.js';
import { VerificationModule } from '../verification/verification.module.js';
import { ForwardAuthController } from './forward-auth.controller.js';
import { ForwardAuthReader } from './forward-auth-reader.js';
import type { GatewayAttempt } from './forward-auth-reader.js';
import { ForwardAuthRoute } from './forward-auth.route.js';

@Module({
  imports: [VerificationModule],
  controllers: [ForwardAuthController],
  providers: [ForwardAuthReader, ForwardAuthRoute],
})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly lane: FastLane,
    private readonly route: ForwardAuthRoute,
  ) {}

  onModuleInit(): void {
    this.lane.register<GatewayAttempt>(this.route);
  }
}
