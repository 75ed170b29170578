import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { namedAttributes } from '../owners/attributes.js';
import { ApiDetails, ApiProblems } from '../platform/api-answers.js';
import { CurrentUser } from './current-user.js';
import type { User } from './current-user.js';
import { LegacyMeDto, MeDto } from './me.dto.js';
import { SignedIn } from './login.guard.js';

@Controller()
@SignedIn()
export class AuthController {
  constructor(private readonly config: Config) {}

  /**
   * Who you are, in the predecessor's form.
   * @remarks Of the session or access token of the request, as that program's clients read it.
   */
  @ApiOperation({ operationId: 'show_me_auth_me_get' })
  @ApiTags('Manage API keys')
  @ApiDetails({ 401: 'Not authenticated' })
  @Get('auth/me')
  legacyMe(@CurrentUser() user: User): LegacyMeDto {
    return {
      user_id: user.id,
      user_login: user.login,
      roles: user.roles,
      attributes: namedAttributes(user, this.config.oidc.attributes),
    };
  }

  /**
   * Who you are and what you may do, as last confirmed by the identity provider.
   * @remarks `rightsReadAt` tells when that was; keys never carry more than these rights.
   */
  @ApiTags('You')
  @ApiProblems({
    401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED',
    503: 'IDENTITY_PROVIDER_UNAVAILABLE, DATABASE_UNAVAILABLE',
  })
  @Get('v1/me')
  me(@CurrentUser() user: User): MeDto {
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
