import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { digestHex } from '../api-keys/key-material.js';
import { Config } from '../config/config.js';
import { overlaidConfig } from '../owners/attributes.js';
import { ApiDetails, ApiProblems } from '../platform/api-answers.js';
import { DomainError } from '../platform/domain-error.js';
import { headerOf, pathKeyOf, requestIdOf } from '../platform/request-context.js';
import { write } from './answer.js';
import type { Presented } from './carriers.js';
import { CheckKey } from './check-key.js';
import { effectiveRoles } from './decide.js';
import { LEGACY_REFUSED, OUTCOMES, retryAfterOf } from './outcome.js';
import type { Key, Refused } from './outcome.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';
import { requirementsIn } from './requirements.js';
import { CheckedKeyDto, VERIFY_EXAMPLES, VerdictDto, VerifyDto } from './verification.dto.js';
import { VerificationMetrics } from './verification-metrics.js';
import type { RouteMetrics } from './verification-metrics.js';
import { VerificationService } from './verification.service.js';

@Controller()
export class VerificationController {
  private readonly metrics: RouteMetrics;

  constructor(
    private readonly config: Config,
    private readonly verification: VerificationService,
    private readonly reader: RequestReader,
    private readonly route: CheckKey,
    metrics: VerificationMetrics,
  ) {
    this.metrics = metrics.of('POST /v1/verify');
  }

  /**
   * Whether a key is valid, and whose it is.
   * @remarks The key may come in `x-api-key`, as Bearer, as Basic (password or user name), in the query or as
   * `/k/KEY` in front of the path.
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
  @ApiOkResponse({ type: CheckedKeyDto })
  async checkKey(@Req() req: Request, @Res() res: Response): Promise<void> {
    const attempt = this.reader.attempt(req, { url: req.url, pathKey: pathKeyOf(req) });
    const outcome = await this.verification.verify(attempt, this.route.metrics);
    write(res, this.route.answer(outcome), requestIdOf(req));
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
  @ApiBody({ type: VerifyDto, examples: VERIFY_EXAMPLES })
  @Post('v1/verify')
  @HttpCode(200)
  async verify(@Req() req: Request, @Body() body: VerifyDto): Promise<VerdictDto> {
    const outcome = await this.verification.verify(this.attempt(req, body), this.metrics);
    if (!outcome.valid) return refusal(outcome);
    return { valid: true, code: 'VALID', ...describe(outcome.key, this.config.oidc.attributes) };
  }

  private attempt(req: Request, body: VerifyDto): Attempt {
    const { audience, clientIp, referer } = body;
    const key = body.key.trim();
    const presented: Presented = key
      ? { kind: 'key', secret: key, carrier: 'body', inUrl: false }
      : { kind: 'none' };
    const context = { inUrl: false, audience, clientIp, referer, require: requirementsIn(body.require) };
    // A service behind a trusted proxy may say for whom it asks: that one's bad keys are not the service's.
    const client = this.reader.bucketOf(req, clientIp);
    const digest = key ? digestHex(key) : undefined;
    return { presented, digest, context, client, address: clientIp, userAgent: headerOf(req, 'user-agent') };
  }
}

/** @throws DomainError throttled or unavailable, when there is no decision */
function refusal(refused: Refused): VerdictDto {
  const { kind, publicCode, legacyDetail } = OUTCOMES[refused.code];
  const retryAfterSeconds = retryAfterOf(refused);
  if (refused.code === 'BLOCKED') {
    const sentence = `${legacyDetail}: ${refused.rate!.label}`;
    throw new DomainError('throttled', publicCode, sentence, { retryAfterSeconds });
  }
  if (kind === 'undecided')
    throw new DomainError('unavailable', publicCode, legacyDetail, { retryAfterSeconds });
  return { valid: false, code: refused.code };
}

function describe(key: Key, attributes: readonly string[]) {
  return {
    keyId: key.keyId,
    name: key.name,
    owner: { id: key.owner.id, login: key.owner.login },
    roles: effectiveRoles(key),
    groups: [...key.owner.groups],
    scopes: [...(key.limits.scopes ?? [])],
    audiences: [...(key.limits.audiences ?? [])],
    config: overlaidConfig(key.config, key.owner, attributes),
    expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
    rightsReadAt: key.owner.rightsReadAt === null ? null : new Date(key.owner.rightsReadAt),
  };
}
