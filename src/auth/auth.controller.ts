import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { Owner } from '../owners/owner.entity.js';
import { CurrentUser } from './current-user.js';
import { LoginGuard } from './login.guard.js';

@Controller()
@UseGuards(LoginGuard)
export class AuthController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** The predecessor's form; a named attribute that the owner lacks is null. */
  @Get('auth/me')
  legacyMe(@CurrentUser() user: Owner) {
    const attributes = this.config.oidc.attributes.map((name) => [name, user.attributes[name] ?? null]);
    return {
      user_id: user.id,
      user_login: user.login,
      roles: user.roles,
      attributes: Object.fromEntries(attributes) as object,
    };
  }

  @Get('v1/me')
  me(@CurrentUser() user: Owner) {
    const { id, login, name, roles, groups, attributes, rightsReadAt } = user;
    return {
      id,
      login,
      name,
      roles,
      groups,
      attributes,
      isAdmin: roles.includes(this.config.oidc.adminRole),
      rightsReadAt,
    };
  }
}
