import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { CurrentUser } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { ApiProblems } from '../platform/api-answers.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { PageQuery } from '../platform/page.query.js';
import { RefusalLog } from '../usage/refusal-log.js';
import { RefusalListRecord, refusalsOf } from '../usage/refusal.record.js';
import { requirementsIn } from '../verification/requirements.js';
import { VerificationService } from '../verification/verification.service.js';
import { EXPLAIN_EXAMPLES, ExplainDto, ExplanationDto } from './explain.dto.js';
import { explained } from './explain.js';
import { BODY, ONE, READS, WRITES } from './problems.js';

/** Why a key is refused, for its owner. */
@ApiTags('Keys')
@Controller('v1/keys/:id')
@SignedIn()
export class ExplainController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly verification: VerificationService,
    private readonly refusals: RefusalLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Would a request with the key pass?
   * @remarks Every rule with the values that it looked at, from the same decision that verifications get. Nothing is
   * counted.
   */
  @ApiProblems({
    ...WRITES,
    ...ONE,
    ...BODY,
    400: 'INVALID_REQUEST, INVALID_REQUIREMENT',
    503: 'LOOKUP_UNAVAILABLE, DATABASE_UNAVAILABLE',
  })
  @ApiBody({ type: ExplainDto, examples: EXPLAIN_EXAMPLES, required: false })
  @Post('explain')
  @HttpCode(200)
  async explain(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() body: ExplainDto,
  ): Promise<ExplanationDto> {
    const key = await this.keys.get({ id, ownerId: user.id });
    const at = body.at ? new Date(body.at) : this.clock.now();
    const context = contextOf(body);
    const judged = await this.verification.explain(key.digest.toString('hex'), context, at.getTime());
    if (judged) return explained(judged, context, at);
    const sentence = 'The key cannot be looked up at the moment. Try again in a moment.';
    throw new DomainError('unavailable', 'LOOKUP_UNAVAILABLE', sentence, { retryAfterSeconds: 1 });
  }

  /**
   * The latest refusals of a key, latest first; at most 50 are kept.
   * @remarks Identical ones within a second are one entry with a count. `explain` says whether such a request would
   * pass now.
   */
  @ApiProblems({ ...READS, ...ONE, 400: 'INVALID_REQUEST' })
  @Get('refusals')
  async latest(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Query() { limit }: PageQuery,
  ): Promise<RefusalListRecord> {
    await this.keys.get({ id, ownerId: user.id });
    return refusalsOf(await this.refusals.latest(id, limit));
  }
}

/** @throws DomainError invalid */
function contextOf({ audience, clientIp, referer, method, inUrl, require }: ExplainDto) {
  const methods = method === undefined || method === null ? undefined : [method];
  return {
    ...{ inUrl: inUrl ?? false, methods, require: requirementsIn(require ?? undefined) },
    ...{ audience: audience ?? undefined, clientIp: clientIp ?? undefined, referer: referer ?? undefined },
  };
}
