import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { checkedConfig } from '../api-keys/key-config.js';
import type { Lifetime } from '../api-keys/lifetime.js';
import { limitsOf } from '../api-keys/limits.js';
import { CurrentUser, currentUserId } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { FreshRightsGuard } from '../auth/fresh-rights.guard.js';
import { SignedIn } from '../auth/login.guard.js';
import { ApiProblems } from '../platform/api-answers.js';
import { DomainError } from '../platform/domain-error.js';
import { Clock } from '../platform/clock.js';
import { LimitedBy } from '../platform/limited-by.js';
import { UsageService } from '../usage/usage.service.js';
import type { Totals } from '../usage/usage.service.js';
import { CREATE_EXAMPLES, CreateKeyDto, LIFETIME_EXAMPLES, LifetimeDto, ListKeysDto } from './keys.dto.js';
import { CreatedKeyDto, KeyDto, KeyListDto } from './key.dto.js';

const WRITES = { 401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED', 403: 'FOREIGN_PAGE' };
const AWAY = { 503: 'IDENTITY_PROVIDER_UNAVAILABLE' };
const INVALID =
  'INVALID_REQUEST, ALREADY_OVER, LIFETIME_AMBIGUOUS, LIFETIME_TOO_LONG, NEVER_EXPIRES_NOT_ALLOWED';

@ApiTags('Keys')
@Controller('v1/keys')
@SignedIn()
export class KeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a key.
   * @remarks The key itself is in this answer and nowhere else. Rights are read from the identity provider first.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    400: `${INVALID}, ROLE_NOT_HELD, INVALID_CONFIG`,
    409: 'TOO_MANY_KEYS',
    413: 'CONFIG_TOO_LARGE, CONTENT_TOO_LARGE',
    415: 'JSON_REQUIRED',
    429: 'RATE_LIMITED',
  })
  @ApiBody({ type: CreateKeyDto, examples: CREATE_EXAMPLES })
  @Post()
  @UseGuards(FreshRightsGuard)
  @LimitedBy('create', currentUserId)
  async create(@CurrentUser() user: User, @Body() body: CreateKeyDto): Promise<CreatedKeyDto> {
    const { expiresAt: _, config, ...wanted } = body;
    const { secret, key } = await this.keys.create(user, {
      ...wanted,
      ...this.lifetimeOf(body),
      config: checkedConfig(config),
    });
    return { key: secret, ...record(key, user) };
  }

  /** Lists your keys, the newest first. */
  @ApiProblems({ 400: 'INVALID_REQUEST, INVALID_CURSOR', 401: WRITES[401] })
  @Get()
  async list(
    @CurrentUser() user: User,
    @Query() { limit = 50, cursor, ...filter }: ListKeysDto,
  ): Promise<KeyListDto> {
    const found = await this.keys.list(user.id, {
      ...filter,
      limit,
      after: cursor === undefined ? undefined : readCursor(cursor),
    });
    const page = found.slice(0, limit);
    const totals = await this.usage.totals(page.map(({ id }) => id));
    const last = page.at(-1);
    return {
      items: page.map((key) => record(key, user, totals.get(key.id))),
      nextCursor: found.length > limit && last ? writeCursor(last) : null,
    };
  }

  /** Reads one of your keys. */
  @ApiProblems({ 401: WRITES[401], 404: 'KEY_NOT_FOUND' })
  @Get(':id')
  async get(@CurrentUser() user: User, @Param('id') id: string): Promise<KeyDto> {
    const key = await this.keys.get(user.id, id);
    return record(key, user, (await this.usage.totals([id])).get(id));
  }

  /** Ends a key at once, everywhere. */
  @ApiProblems({ ...WRITES, 404: 'KEY_NOT_FOUND' })
  @Post(':id/revoke')
  @HttpCode(200)
  async revoke(@CurrentUser() user: User, @Param('id') id: string): Promise<KeyDto> {
    return record(await this.keys.revoke(user.id, id), user);
  }

  /**
   * Gives a key a new end.
   * @remarks Brings back what its owner revoked; what an administrator, a leak report or a rotation ended stays so.
   */
  @ApiProblems({
    ...WRITES,
    ...AWAY,
    400: INVALID,
    404: 'KEY_NOT_FOUND',
    409: 'REVOKED_FOR_GOOD',
    415: 'JSON_REQUIRED',
  })
  @ApiBody({ type: LifetimeDto, examples: LIFETIME_EXAMPLES })
  @Post(':id/renew')
  @UseGuards(FreshRightsGuard)
  @HttpCode(200)
  async renew(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() body: LifetimeDto,
  ): Promise<KeyDto> {
    return record(await this.keys.renew(user, id, this.lifetimeOf(body)), user);
  }

  /** @throws DomainError invalid, when it would be over at once: nobody means that. */
  private lifetimeOf({ expiresAt: text, ttlHours, neverExpires }: LifetimeDto): Lifetime {
    const expiresAt = text === undefined ? undefined : new Date(text);
    if (expiresAt && expiresAt <= this.clock.now())
      throw new DomainError(
        'invalid',
        'ALREADY_OVER',
        'expiresAt is in the past: the key would never be good.',
      );
    return { ttlHours, neverExpires, expiresAt };
  }
}

/** What may be shown of a key: everything but the key. */
function record(key: ApiKey, { rightsReadAt }: User, totals?: Totals): KeyDto {
  const { digest: _, owner: __, ownerId: ___, before: ____, limits, expiresAt, ...shown } = key;
  return {
    ...shown,
    ...limitsOf(limits),
    rightsReadAt,
    expiresAt: key.neverExpires ? null : expiresAt,
    usage: {
      accepted: totals?.accepted ?? 0,
      refused: totals?.refused ?? 0,
      lastUsedAt: totals?.lastUsedAt ?? null,
    },
  };
}

const writeCursor = (key: ApiKey): string =>
  Buffer.from(`${key.createdAt.toISOString()} ${key.id}`).toString('base64url');

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [, at, id] =
    /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (key_\w{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // PostgreSQL counts no year 0.
  if (!at || !id || at.startsWith('0000') || Number.isNaN(Date.parse(at))) {
    throw new DomainError(
      'invalid',
      'INVALID_CURSOR',
      'cursor is the nextCursor of the page before, as it was given.',
    );
  }
  return { createdAt: new Date(at), id };
}
