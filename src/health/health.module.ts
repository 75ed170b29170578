// Owns what a probe sees: the process lives, the service is ready. Tells strangers no detail.
import { Module } from '@nestjs/common';
import { KeycloakModule } from '../keycloak/keycloak.module.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

@Module({ imports: [KeycloakModule], controllers: [HealthController], providers: [Readiness] })
export class HealthModule {}
