import { Body, Controller, Get, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { checkedConfig } from '../api-keys/key-config.js';
import { KeyEditing } from '../api-keys/key-editing.js';
import { limitsIn } from '../api-keys/limits.js';
import { CurrentActor, CurrentUser, currentUserId } from '../auth/current-user.js';
import type { Actor, User } from '../auth/current-user.js';
import { FreshRightsGuard } from '../auth/fresh-rights.guard.js';
import { SignedIn } from '../auth/login.guard.js';
import { KeyList } from '../inventory/key-list.js';
import { filterOf, KeyListQuery } from '../inventory/key-list.query.js';
import { KeyRecords } from '../inventory/key-records.js';
import { KeyRecord } from '../inventory/key.record.js';
import { ApiProblems } from '../platform/api-answers.js';
import { LimitedBy } from '../platform/limited-by.js';
import { ApiIdempotencyKey, ApiIfMatch, asksForEnd, IdempotencyKey, IfMatch } from './asked.js';
import { lifetimeOf } from './asked.js';
import { KeyMaking } from './key-making.js';
import { CreatedKeyDto, KeyListDto } from './key.dto.js';
import { CREATE_EXAMPLES, CreateKeyDto, EDIT_EXAMPLES, EditKeyDto } from './keys.dto.js';
import { AWAY, BODY, LIFETIME, MATCHED, ONE, READS, WRITES } from './problems.js';

/** How keys are made, found and changed. */
@ApiTags('Keys')
@Controller('v1/keys')
@SignedIn()
export class KeysController {
  constructor(
    private readonly making: KeyMaking,
    private readonly keys: ApiKeysService,
    private readonly editing: KeyEditing,
    private readonly lists: KeyList,
    private readonly records: KeyRecords,
  ) {}

  /**
   * Makes a key.
   * @remarks The key itself is shown in this answer only. Rights are read from the identity provider first; while it
   * is unavailable, those last confirmed count, and the Warning header says when that was.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    ...BODY,
    400: `${LIFETIME}, ROLE_NOT_HELD, AUDIENCE_NOT_OFFERED, INVALID_CONFIG, INVALID_IDEMPOTENCY_KEY`,
    409: 'TOO_MANY_KEYS, IDEMPOTENCY_KEY_REUSED',
    413: 'CONFIG_TOO_LARGE, CONTENT_TOO_LARGE',
    429: 'RATE_LIMITED',
  })
  @ApiBody({ type: CreateKeyDto, examples: CREATE_EXAMPLES })
  @ApiIdempotencyKey()
  @Post()
  @UseGuards(FreshRightsGuard)
  @LimitedBy('create', currentUserId)
  create(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() body: CreateKeyDto,
  ): Promise<CreatedKeyDto> {
    const { name, description } = body;
    const wanted = { ...limitsIn(body), ...lifetimeOf(body), config: checkedConfig(body.config) };
    return this.making.create({ user, by, idempotencyKey }, { name, description, ...wanted });
  }

  /**
   * Lists your keys.
   * @remarks Page by page, with filters and sorts. The first page counts all of them by state.
   */
  @ApiProblems({ ...READS, 400: 'INVALID_REQUEST, INVALID_CURSOR' })
  @Get()
  async list(@CurrentUser() user: User, @Query() query: KeyListQuery): Promise<KeyListDto> {
    const { sort = '-created', limit = 50, cursor } = query;
    const own = { ownerIds: [user.id] };
    const filter = filterOf(query);
    const page = await this.lists.page({ ...filter, ...own }, sort, limit, cursor);
    const items = await this.records.ofAll(page.keys);
    const overview = cursor === undefined ? await this.lists.overview(own, filter) : undefined;
    return { items, nextCursor: page.nextCursor, ...overview };
  }

  /**
   * Reads one of your keys.
   * @remarks Everything but the key itself, which is not stored.
   */
  @ApiProblems({ ...READS, ...ONE })
  @Get(':id')
  async get(@CurrentUser() user: User, @Param('id') id: string): Promise<KeyRecord> {
    return this.records.of(await this.keys.get({ id, ownerId: user.id }), user);
  }

  /**
   * Changes a key. The secret stays the same.
   * @remarks Fields that aren't sent stay as they are. `roles`, `audiences` and `scopes` can only be narrowed; the
   * other limits may change either way, and null removes one.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    ...ONE,
    ...MATCHED,
    ...BODY,
    400: `${LIFETIME}, WIDER_THAN_BEFORE, ROLE_NOT_HELD, AUDIENCE_NOT_OFFERED, INVALID_CONFIG, INVALID_IF_MATCH`,
    409: 'KEY_OVER, KEY_REVOKED, DISABLED_BY_ADMINISTRATOR, TOO_MANY_KEYS',
    413: 'CONFIG_TOO_LARGE, CONTENT_TOO_LARGE',
  })
  @ApiBody({ type: EditKeyDto, examples: EDIT_EXAMPLES, required: false })
  @ApiIfMatch()
  @Patch(':id')
  @UseGuards(FreshRightsGuard)
  async edit(
    @CurrentUser() user: User,
    @CurrentActor() by: Actor,
    @Param('id') id: string,
    @IfMatch() version: number | undefined,
    @Body() body: EditKeyDto,
  ): Promise<KeyRecord> {
    const { name, description, config, enabled } = body;
    const about = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(config !== undefined && { config: checkedConfig(config) }),
    };
    const lifetime = asksForEnd(body) ? lifetimeOf(body) : undefined;
    const edit = { about, limits: limitsIn(body), lifetime, enabled };
    return this.records.of(await this.editing.edit(user, { id, version }, edit, by), user);
  }
}
