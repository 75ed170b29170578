import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Erasure } from '../api-keys/erasure.js';
import { KeyChanges } from '../api-keys/key-changes.js';
import { CurrentActor } from '../auth/current-user.js';
import type { Actor } from '../auth/current-user.js';
import { KeyList } from '../inventory/key-list.js';
import { RevokedKeysRecord } from '../inventory/key.record.js';
import { shownOwner } from '../inventory/owned-key.record.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { AdminOnly } from './admin.guard.js';
import { OwnerDetailDto, OwnerListDto, AdminReasonDto } from './admin.dto.js';
import { OwnersQuery } from './lists.query.js';
import { OwnerView } from './owner-view.js';
import { NO_OWNER, READS, WRITES } from './problems.js';

/** The people behind keys. */
@ApiTags('Administration')
@Controller('v1/admin/owners')
@AdminOnly()
export class OwnersController {
  constructor(
    private readonly owners: OwnersService,
    private readonly states: KeyChanges,
    private readonly erasure: Erasure,
    private readonly lists: KeyList,
    private readonly view: OwnerView,
  ) {}

  /**
   * Lists everyone who has ever logged in or had a key, by id.
   * @remarks `?q` matches the beginning of an id, a login or a name.
   */
  @ApiProblems({ ...READS, 400: 'INVALID_REQUEST' })
  @Get()
  async listOwners(@Query() { q, cursor, limit = 50 }: OwnersQuery): Promise<OwnerListDto> {
    const found = await this.owners.page({ q, after: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    const live = await this.lists.liveKeysOf(page.map(({ id }) => id));
    const items = page.map((owner) => ({
      ...shownOwner(owner),
      roles: owner.roles,
      rightsReadAt: owner.rightsReadAt,
      liveKeys: live.get(owner.id) ?? 0,
    }));
    return { items, nextCursor: found.length > limit ? page.at(-1)!.id : null };
  }

  /**
   * A person, and what would stop if that person left.
   * @remarks The keys that were used in the last 30 days, for which applications and from which networks.
   */
  @ApiProblems({ ...READS, ...NO_OWNER })
  @Get(':id')
  async getOwner(@Param('id') id: string): Promise<OwnerDetailDto> {
    return this.view.of(await this.owners.get(id));
  }

  /**
   * Revokes all keys of a person for good.
   * @remarks Takes effect everywhere within a second. The person may make new ones unless the identity provider has
   * disabled the account.
   */
  @ApiProblems({ ...WRITES, ...NO_OWNER, 400: 'INVALID_REQUEST' })
  @ApiBody({ type: AdminReasonDto, required: false })
  @Post(':id/revoke-all')
  @HttpCode(200)
  async revokeAllOf(
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @Body() { reason }: AdminReasonDto,
  ): Promise<RevokedKeysRecord> {
    await this.owners.get(id);
    return { revoked: await this.states.revokeAll(id, by, reason) };
  }

  /**
   * Revokes all keys of a person and erases the person's login and name.
   * @remarks Login, name, roles, groups and attributes are erased; ids stay. The audit keeps the id but no longer the
   * name; its lines still tell which roles and groups that id had. Only a new login of that person brings the rest
   * back.
   */
  @ApiProblems({ ...WRITES, ...NO_OWNER, 400: 'INVALID_REQUEST' })
  @ApiBody({ type: AdminReasonDto, required: false })
  @Post(':id/erase')
  @HttpCode(200)
  async eraseOwner(
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @Body() { reason }: AdminReasonDto,
  ): Promise<RevokedKeysRecord> {
    await this.owners.get(id);
    return { revoked: await this.erasure.erase(id, by, reason) };
  }
}
