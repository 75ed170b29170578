import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request } from 'express';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { KeyChanges } from '../api-keys/key-changes.js';
import { CurrentActor } from '../auth/current-user.js';
import type { Actor } from '../auth/current-user.js';
import type { KeyFilter } from '../inventory/key-filter.js';
import { KeyList } from '../inventory/key-list.js';
import { filterOf } from '../inventory/key-list.query.js';
import { KeyRecords } from '../inventory/key-records.js';
import { keyTable } from '../inventory/key-table.js';
import { OwnedKeyRecord } from '../inventory/owned-key.record.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { AdminOnly } from './admin.guard.js';
import { AdminReasonDto, OwnedKeyListDto } from './admin.dto.js';
import { AdminKeysQuery } from './keys.query.js';
import { NO_KEY, READS, WRITES } from './problems.js';

/** Everyone's keys. */
@ApiTags('Administration')
@ApiExtraModels(OwnedKeyListDto)
@Controller('v1/admin/keys')
@AdminOnly()
export class AdminKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly states: KeyChanges,
    private readonly lists: KeyList,
    private readonly records: KeyRecords,
    private readonly owners: OwnersService,
  ) {}

  /**
   * Lists the keys of everyone or of one person; as CSV without pages.
   * @remarks `?format=csv` or `Accept: text/csv` streams all keys that match the filters; cells that a spreadsheet
   * would evaluate as formulas are made inert.
   */
  @ApiProblems({ ...READS, 400: 'INVALID_REQUEST, INVALID_CURSOR' })
  @ApiOkResponse({
    description: 'A page of keys or, as CSV, all of them.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(OwnedKeyListDto) } },
      'text/csv': { schema: { type: 'string' }, example: 'id,name,…' },
    },
  })
  @Get()
  async listAllKeys(
    @Req() req: Request,
    @Query() query: AdminKeysQuery,
  ): Promise<OwnedKeyListDto | StreamableFile> {
    const { sort = '-created', limit = 50, cursor, owner, format } = query;
    const ownerIds = owner === undefined ? undefined : await this.owners.idsOf(owner);
    const filter: KeyFilter = { ...filterOf(query), ownerIds };
    if (asksForTable(req, format)) return csv(await keyTable(this.lists.all(filter, sort), this.records));
    const page = await this.lists.page(filter, sort, limit, cursor);
    return { items: await this.records.owned(page.keys), nextCursor: page.nextCursor };
  }

  /**
   * Reads anyone's key.
   * @remarks With its owner as last confirmed by the identity provider, and what the key has lost since.
   */
  @ApiProblems({ ...READS, ...NO_KEY })
  @Get(':id')
  async getAnyKey(@Param('id') id: string): Promise<OwnedKeyRecord> {
    return this.one(await this.keys.get({ id }));
  }

  /**
   * Revokes a key for good: its owner can't reactivate it.
   * @remarks Takes effect everywhere within a second. The reason is shown to the owner.
   */
  @ApiProblems({ ...WRITES, ...NO_KEY, 400: 'INVALID_REQUEST' })
  @ApiBody({ type: AdminReasonDto, required: false })
  @Post(':id/revoke')
  @HttpCode(200)
  async revokeAnyKey(
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @Body() { reason }: AdminReasonDto,
  ): Promise<OwnedKeyRecord> {
    return this.one(await this.states.revoke({ id }, by, reason));
  }

  /**
   * Switches a key off for the time being; its owner can't switch it on.
   * @remarks Takes effect everywhere within a second. The reason is shown to the owner.
   */
  @ApiProblems({ ...WRITES, ...NO_KEY, 400: 'INVALID_REQUEST', 409: 'KEY_REVOKED' })
  @ApiBody({ type: AdminReasonDto, required: false })
  @Post(':id/disable')
  @HttpCode(200)
  async disableKey(
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @Body() { reason }: AdminReasonDto,
  ): Promise<OwnedKeyRecord> {
    return this.one(await this.states.disable({ id }, by, reason));
  }

  /**
   * Switches a key on again.
   * @remarks No matter who switched it off. A revoked or expired key stays revoked or expired.
   */
  @ApiProblems({ ...WRITES, ...NO_KEY, 409: 'KEY_REVOKED, TOO_MANY_KEYS' })
  @Post(':id/enable')
  @HttpCode(200)
  async enableKey(@CurrentActor() by: Actor, @Param('id') id: string): Promise<OwnedKeyRecord> {
    return this.one(await this.states.enable({ id }, by));
  }

  private async one(key: ApiKey): Promise<OwnedKeyRecord> {
    const owner = await this.owners.get(key.ownerId);
    const [record] = await this.records.owned([key], () => owner);
    return record!;
  }
}

function asksForTable(req: Request, format: AdminKeysQuery['format']): boolean {
  req.res!.vary('Accept');
  return format === undefined ? req.accepts(['json', 'csv']) === 'csv' : format === 'csv';
}

const csv = (table: NodeJS.ReadableStream): StreamableFile =>
  new StreamableFile(table as never, {
    type: 'text/csv; charset=utf-8; header=present',
    disposition: 'attachment; filename="keys.csv"',
  });
