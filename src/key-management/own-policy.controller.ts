import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { mayBeEndless } from '../api-keys/lifetime.js';
import { CurrentUser } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { Config } from '../config/config.js';
import { ApiProblems } from '../platform/api-answers.js';
import type { Client } from '../platform/client-address.js';
import { clientReader } from '../platform/request-client.js';
import { OwnPolicyDto } from './own-policy.dto.js';

@ApiTags('You')
@Controller('v1/policy')
@SignedIn()
export class OwnPolicyController {
  private readonly clientOf: (req: Request) => Client;

  constructor(private readonly config: Config) {
    this.clientOf = clientReader(config.http.trustedProxies);
  }

  /**
   * The rules for the keys that you make.
   * @remarks Lifetimes, numbers and names as the operator has set them, and what your roles allow.
   */
  @ApiProblems({ 401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED' })
  @Get()
  policy(@CurrentUser() user: User, @Req() req: Request): OwnPolicyDto {
    const { keys, services, http } = this.config;
    return {
      defaultTtlHours: Math.min(keys.defaultTtlHours, keys.maxTtlHours ?? Infinity),
      maxTtlHours: keys.maxTtlHours ?? null,
      mayNeverExpire: mayBeEndless(user.roles, keys),
      maxKeys: keys.maxPerOwner || null,
      keysInUrl: keys.allowedInUrl,
      servicesOnly: services.areAll,
      keyPrefix: keys.prefixes[0]!,
      keyHeader: keys.headers[0]!,
      keyQuery: keys.queries[0]!,
      publicUrl: http.publicUrl,
      clientIp: this.clientOf(req).address ?? null,
    };
  }
}
