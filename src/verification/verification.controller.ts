import { Body, Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { ApiDetails, ApiProblems } from '../platform/api-answers.js';
import { clientAddress, parseRanges, throttleBucket } from '../platform/client-address.js';
import type { AddressRange } from '../platform/client-address.js';
import { DomainError } from '../platform/domain-error.js';
import { pathKeyOf } from '../platform/request-context.js';
import { ThrottleGuard } from '../throttle/throttle.guard.js';
import { presentedKey } from './carriers.js';
import { effectiveRoles } from './decide.js';
import type { KeySnapshot, RefusalCode, VerificationContext } from './decide.js';
import { parseRequirements } from './requirements.js';
import { CheckedKeyDto, VerdictDto, VerifyDto } from './verification.dto.js';
import { VerificationService } from './verification.service.js';

/** The two sentences that the predecessor's clients know. */
const LEGACY_MISSING = 'An API key must be passed as query or header';
const LEGACY_REFUSED = 'Wrong, revoked, or expired API key.';

@Controller()
@UseGuards(ThrottleGuard)
export class VerificationController {
  private readonly trusted: AddressRange[];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly verification: VerificationService,
  ) {
    this.trusted = parseRanges(config.http.trustedProxies);
  }

  /**
   * Whether a key is good, and whose it is.
   * @remarks The key may come in `x-api-key`, as Bearer, as Basic (password or user name), in the query or as `/k/KEY` in front
   * of the path.
   */
  @ApiOperation({ operationId: 'check_api_key_auth_check_key_get' })
  @ApiTags('Verification')
  @ApiSecurity('API key header')
  @ApiSecurity('API key query')
  @ApiSecurity('API key bearer')
  @ApiSecurity('API key basic')
  @ApiDetails({
    403: LEGACY_REFUSED,
    429: 'Rate limit exceeded: 20 per 1 minute',
    503: 'Try again in a moment.',
  })
  @Get('auth/check_key')
  async checkKey(@Req() req: Request): Promise<CheckedKeyDto> {
    const source = {
      headers: req.headersDistinct,
      query: req.url.split('?')[1] ?? '',
      pathKey: pathKeyOf(req),
    };
    const presented = presentedKey(source, this.config.keys.prefix);
    const address = this.addressOf(req);
    const outcome = await this.verification.verify(
      presented,
      this.contextOf(req, address),
      throttleBucket(address),
    );
    if (outcome.valid) return legacyBody(outcome.key, this.config.oidc.attributes);
    throw legacyRefusal(outcome.code);
  }

  /**
   * The decision about a key, with everything a service needs to act on it.
   * @remarks 200 whenever there is a decision; `valid` says which.
   */
  @ApiTags('Verification')
  @ApiProblems({
    400: 'INVALID_REQUEST, INVALID_REQUIREMENT',
    413: 'CONTENT_TOO_LARGE',
    415: 'JSON_REQUIRED',
    429: 'RATE_LIMITED',
    503: 'LOOKUP_UNAVAILABLE, RIGHTS_TOO_OLD',
  })
  @Post('v1/verify')
  @HttpCode(200)
  async verify(@Req() req: Request, @Body() body: VerifyDto): Promise<VerdictDto> {
    const { key, audience, clientIp, referer } = body;
    const presented = key
      ? ({ kind: 'key', secret: key, carrier: 'body', inUrl: false } as const)
      : ({ kind: 'none' } as const);
    const context = { audience, clientIp, referer, require: parseRequirements(body.require) };
    const outcome = await this.verification.verify(presented, context, throttleBucket(this.addressOf(req)));
    if (!outcome.valid) return { valid: false, code: outcome.code };
    return { valid: true, code: 'VALID', ...describe(outcome.key, this.config.oidc.attributes) };
  }

  /** Addresses count as the client's only where the operator has said what stands in between. */
  private contextOf(req: Request, address: string): Omit<VerificationContext, 'inUrl'> {
    const { origin, referer } = req.headers;
    return { clientIp: this.trusted.length ? address : undefined, origin, referer };
  }

  private addressOf(req: Request): string {
    return clientAddress(
      req.socket.remoteAddress,
      req.headersDistinct['x-forwarded-for']?.join(','),
      this.trusted,
    );
  }
}

function legacyRefusal(code: RefusalCode): DomainError {
  if (code === 'MISSING') return new DomainError('forbidden', 'MISSING', LEGACY_MISSING);
  if (code === 'RIGHTS_TOO_OLD') {
    const sentence = 'The rights of the owner could not be confirmed for too long. Try again in a moment.';
    return new DomainError('unavailable', code, sentence, { retryAfterSeconds: 30 });
  }
  return new DomainError('forbidden', 'INVALID_KEY', LEGACY_REFUSED);
}

/** The key's own config overlaid by the owner's attributes: the identity provider wins, a missing one is null. */
function mergedConfig(key: KeySnapshot, attributes: readonly string[]): Record<string, unknown> {
  return {
    ...key.config,
    ...Object.fromEntries(attributes.map((name) => [name, key.owner.attributes[name] ?? null])),
  };
}

function legacyBody(key: KeySnapshot, attributes: readonly string[]) {
  const { id, login } = key.owner;
  return {
    user_id: id,
    user_login: login,
    iam_roles: effectiveRoles(key),
    config: mergedConfig(key, attributes),
  };
}

function describe(key: KeySnapshot, attributes: readonly string[]) {
  return {
    keyId: key.keyId,
    name: key.name,
    owner: { id: key.owner.id, login: key.owner.login },
    roles: effectiveRoles(key),
    groups: [...key.owner.groups],
    scopes: [...(key.scopes ?? [])],
    audiences: [...(key.audiences ?? [])],
    config: mergedConfig(key, attributes),
    expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
    rightsReadAt: key.owner.rightsReadAt === null ? null : new Date(key.owner.rightsReadAt),
  };
}
