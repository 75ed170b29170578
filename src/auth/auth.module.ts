// Owns who is behind a management request: access tokens of our client, browsers' sessions, and the owner's row
// they lead to. Promises that a disabled person is out at once, that a foreign page can't write with our cookie,
// and that an API key never opens management.
// The login is passport-openidconnect with what it lacks: pending logins in sealed cookies of their own instead of the
// session, PKCE, an ID token that is proven against the provider's keys, RFC 9207, and a token request that ends.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Registry } from 'prom-client';
import { Session } from '../database/session.entity.js';
import { counters } from '../platform/metrics.js';
import { RightsModule } from '../rights/rights.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { AuthController } from './auth.controller.js';
import { BearerTokens } from './bearer-tokens.js';
import { BrowserLogin } from './browser-login.js';
import { ExpiredSessions } from './expired-sessions.js';
import { FreshRightsGuard } from './fresh-rights.guard.js';
import { IdTokens } from './id-tokens.js';
import { IdentityProvider } from './identity-provider.js';
import { LoginGuard } from './login.guard.js';
import { LoginAtProvider } from './login-at-provider.js';
import { LogoutTokens } from './logout-tokens.js';
import { PendingLogins } from './pending-logins.js';
import { FAULT_KINDS, ProviderFaults } from './provider-faults.js';
import { ProviderWatch } from './provider-watch.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.js';
import { TokenProof } from './token-proof.js';
import { TOKEN_FAULTS } from './token-refusal.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session]), OwnersModule, RightsModule],
  controllers: [AuthController, SessionController],
  providers: [
    ProviderFaults,
    IdentityProvider,
    ProviderWatch,
    TokenProof,
    BearerTokens,
    Sessions,
    LoginGuard,
    FreshRightsGuard,
    PendingLogins,
    IdTokens,
    LoginAtProvider,
    BrowserLogin,
    LogoutTokens,
    ExpiredSessions,
  ],
  exports: [OwnersModule, RightsModule, BearerTokens, Sessions, LoginGuard, FreshRightsGuard],
})
export class AuthModule {
  constructor(registry: Registry, faults: ProviderFaults, proof: TokenProof) {
    const label = 'kind';
    const help = 'Requests for a login or a token that failed at the identity provider, by kind';
    const failures = { registry, name: 'apikm_identity_provider_failures_total', help, label };
    counters({ ...failures, values: FAULT_KINDS }, faults.counts);
    const told = 'Tokens of the identity provider that were refused, by kind';
    const refused = { registry, name: 'apikm_refused_tokens_total', help: told, label };
    counters({ ...refused, values: TOKEN_FAULTS }, proof.refused);
  }
}
