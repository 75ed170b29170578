import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { KeyChanges } from '../api-keys/key-changes.js';
import { CurrentActor, CurrentUser, currentUserId } from '../auth/current-user.js';
import type { Actor, User } from '../auth/current-user.js';
import { FreshRightsGuard } from '../auth/fresh-rights.guard.js';
import { SignedIn } from '../auth/login.guard.js';
import { KeyRecords } from '../inventory/key-records.js';
import { KeyRecord, RevokedKeysRecord } from '../inventory/key.record.js';
import { ApiProblems } from '../platform/api-answers.js';
import { LimitedBy } from '../platform/limited-by.js';
import { ApiIdempotencyKey, ApiIfMatch, IdempotencyKey, IfMatch, lifetimeOf } from './asked.js';
import { KeyMaking } from './key-making.js';
import { CreatedKeyDto } from './key.dto.js';
import { LIFETIME_EXAMPLES, LifetimeDto, ReasonDto, ROTATE_EXAMPLES, RotateDto } from './keys.dto.js';
import { AWAY, BODY, LIFETIME, MATCHED, ONE, WRITES } from './problems.js';

const DEFAULT_OVERLAP_HOURS = 24;

/** How keys are revoked, renewed and replaced. */
@ApiTags('Keys')
@Controller('v1/keys')
@SignedIn()
export class KeyStatesController {
  constructor(
    private readonly states: KeyChanges,
    private readonly making: KeyMaking,
    private readonly records: KeyRecords,
  ) {}

  /**
   * Revokes all of your keys at once, everywhere.
   * @remarks For example after a computer was lost. A key that was revoked by mistake can be renewed.
   */
  @ApiProblems({ ...WRITES, ...BODY, 400: 'INVALID_REQUEST' })
  @ApiBody({ type: ReasonDto, required: false })
  @Post('revoke-all')
  @HttpCode(200)
  async revokeAll(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @Body() { reason }: ReasonDto,
  ): Promise<RevokedKeysRecord> {
    return { revoked: await this.states.revokeAll(user.id, by, reason) };
  }

  /**
   * Revokes a key at once, everywhere.
   * @remarks Revoking it again changes nothing.
   */
  @ApiProblems({ ...WRITES, ...ONE, ...MATCHED, ...BODY, 400: 'INVALID_REQUEST, INVALID_IF_MATCH' })
  @ApiBody({ type: ReasonDto, required: false })
  @ApiIfMatch()
  @Post(':id/revoke')
  @HttpCode(200)
  async revoke(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @IfMatch() version: number | undefined,
    @Body() { reason }: ReasonDto,
  ): Promise<KeyRecord> {
    return this.records.of(await this.states.revoke({ id, ownerId: user.id, version }, by, reason), user);
  }

  /**
   * Renews a key.
   * @remarks Reactivates a key that its owner revoked; one that an administrator, a leak report or a rotation ended
   * cannot be renewed.
   * Rights are read as for a new key, with the same Warning.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    ...ONE,
    ...MATCHED,
    ...BODY,
    400: `${LIFETIME}, INVALID_IF_MATCH`,
    409: 'REVOKED_FOR_GOOD, TOO_MANY_KEYS',
  })
  @ApiBody({ type: LifetimeDto, examples: LIFETIME_EXAMPLES })
  @ApiIfMatch()
  @Post(':id/renew')
  @UseGuards(FreshRightsGuard)
  @HttpCode(200)
  async renew(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @IfMatch() version: number | undefined,
    @Body() body: LifetimeDto,
  ): Promise<KeyRecord> {
    return this.records.of(await this.states.renew(user, { id, version }, lifetimeOf(body), by), user);
  }

  /**
   * Replaces a key with a new one; the old one keeps working for a while.
   * @remarks With the same limits, but without rights that you have lost. The new key is shown in this answer only.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    ...ONE,
    ...MATCHED,
    ...BODY,
    400: `${LIFETIME}, INVALID_IDEMPOTENCY_KEY, INVALID_IF_MATCH`,
    409: 'ALREADY_ROTATED, STILL_ROTATING, KEY_NOT_LIVE, ROLE_NOT_HELD, TOO_MANY_KEYS, IDEMPOTENCY_KEY_REUSED',
    429: 'RATE_LIMITED',
  })
  @ApiBody({ type: RotateDto, examples: ROTATE_EXAMPLES })
  @ApiIdempotencyKey()
  @ApiIfMatch()
  @Post(':id/rotate')
  @UseGuards(FreshRightsGuard)
  @LimitedBy('create', currentUserId)
  rotate(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @IfMatch() version: number | undefined,
    @Body() body: RotateDto,
  ): Promise<CreatedKeyDto> {
    const rotation = { overlapHours: body.overlapHours ?? DEFAULT_OVERLAP_HOURS, ...lifetimeOf(body) };
    return this.making.rotate({ user, by, idempotencyKey }, { id, version }, rotation);
  }
}
