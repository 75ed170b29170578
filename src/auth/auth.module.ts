// Owns who is behind a management request: access tokens of our client, and the owner's row they lead to.
// Promises that a disabled person is out at once and that an API key never opens management.
import { Module } from '@nestjs/common';
import { KeycloakModule } from '../keycloak/keycloak.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { AuthController } from './auth.controller.js';
import { BearerTokens } from './bearer-tokens.js';
import { FreshRightsGuard } from './fresh-rights.guard.js';
import { LoginGuard } from './login.guard.js';

@Module({
  imports: [OwnersModule, KeycloakModule],
  controllers: [AuthController],
  providers: [BearerTokens, LoginGuard, FreshRightsGuard],
  exports: [OwnersModule, KeycloakModule, BearerTokens, LoginGuard, FreshRightsGuard],
})
export class AuthModule {}
