// Owns who is behind a management request: access tokens of our client, browsers' sessions, and the owner's row
// they lead to. Promises that a disabled person is out at once, that a foreign page can't write with our cookie,
// and that an API key never opens management.
// The login is openid-client behind a passport strategy: passport-openidconnect would have needed its state, token
// request, ID token check and error handling replaced, which leaves nothing of it.
import { Module } from '@nestjs/common';
import { RightsModule } from '../rights/rights.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { AuthController } from './auth.controller.js';
import { BearerTokens } from './bearer-tokens.js';
import { BrowserLogin } from './browser-login.js';
import { FreshRightsGuard } from './fresh-rights.guard.js';
import { IdentityProvider } from './identity-provider.js';
import { LoginGuard } from './login.guard.js';
import { LogoutTokens } from './logout-tokens.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.js';

@Module({
  imports: [OwnersModule, RightsModule],
  controllers: [AuthController, SessionController],
  providers: [
    IdentityProvider,
    BearerTokens,
    Sessions,
    LoginGuard,
    FreshRightsGuard,
    BrowserLogin,
    LogoutTokens,
  ],
  exports: [OwnersModule, RightsModule, BearerTokens, Sessions, LoginGuard, FreshRightsGuard],
})
export class AuthModule {}
