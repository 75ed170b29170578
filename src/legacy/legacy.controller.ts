import { applyDecorators, Controller, Get, Header, Req, StreamableFile, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { KeyChanges } from '../api-keys/key-changes.js';
import { checkedConfig } from '../api-keys/key-config.js';
import { digestOf } from '../api-keys/key-material.js';
import { tooManyKeys } from '../api-keys/locked-key.js';
import { CurrentActor, CurrentUser, currentUserId } from '../auth/current-user.js';
import type { Actor, User } from '../auth/current-user.js';
import { FreshRightsGuard } from '../auth/fresh-rights.guard.js';
import { SignedIn } from '../auth/login.guard.js';
import { ChangesState } from '../auth/same-origin.js';
import { Config } from '../config/config.js';
import { ApiDetails } from '../platform/api-answers.js';
import { DomainError } from '../platform/domain-error.js';
import { LimitedBy } from '../platform/limited-by.js';
import { LegacyKeyDto } from './legacy.dto.js';
import { LegacyList } from './legacy-list.js';
import { printAware, readPythonDatetime } from './python-datetime.js';
import type { PythonDatetime } from './python-datetime.js';
import { LegacyQuery, readQuery } from './query.js';

const REACTIVATED = 'This API key was revoked and has been reactivated. ';
const RENEWED = 'The new expiration date for the API key is 2027-01-31 12:00:00';
const WRITES = {
  401: 'Not authenticated',
  403: 'Changes with the session cookie are accepted only from this service’s own pages.',
};
const AWAY = { 503: 'Your rights could not be read from the identity provider. Try again in a moment.' };
const FIRST_INSTANT = new Date('0001-01-01T00:00:00Z');
const NO_DATE = 'The expiration date could not be parsed. Please use ISO 8601.';

const ApiNewKeyQuery = () =>
  applyDecorators(
    ApiQuery({ name: 'name', schema: { type: 'string', maxLength: 1000 }, example: 'my laptop' }),
    ApiQuery({
      name: 'config',
      required: false,
      content: { 'application/json': { schema: { type: 'object' }, example: {} } },
    }),
    ApiQuery({
      name: 'allowed_referers',
      required: false,
      schema: { type: 'array', items: { type: 'string' } },
    }),
    ApiQuery({ name: 'never_expires', required: false, schema: { type: 'boolean', default: false } }),
  );

@ApiTags('Manage API keys')
@Controller('auth/api_key')
@SignedIn()
export class LegacyController {
  constructor(
    private readonly config: Config,
    private readonly keys: ApiKeysService,
    private readonly states: KeyChanges,
    private readonly legacyList: LegacyList,
  ) {}

  /**
   * Makes a key; the answer is the only time that it is shown.
   * @remarks In the predecessor's form. `POST /v1/keys` can do more, and answers 201.
   */
  @ApiOperation({ operationId: 'get_new_api_key_auth_api_key_new_get' })
  @ApiNewKeyQuery()
  @ApiOkResponse({ schema: { type: 'string', example: 'akm_…' } })
  @ApiDetails({
    ...WRITES,
    ...AWAY,
    409: tooManyKeys(1000),
    422: 'name: Field required',
    429: 'Too many requests: at most 60 in 60 s. Try again in 12 s.',
  })
  @ChangesState()
  @Get('new')
  @Header('Content-Type', 'application/json')
  @UseGuards(FreshRightsGuard)
  @LimitedBy('create', currentUserId)
  async create(@CurrentUser() user: User, @CurrentActor() by: Actor, @Req() req: Request): Promise<string> {
    const { config, referers, ...asked } = readQuery(req, {
      name: (query) => query.text('name'),
      config: (query) => query.json('config'),
      referers: (query) => query.list('allowed_referers'),
      neverExpires: (query) => query.boolean('never_expires'),
    });
    const wanted = {
      ...asked,
      config: await asLegacy(() => checkedConfig(config)),
      allowedReferers: referers.length ? referers : undefined,
      refererPolicy: 'browser' as const,
      format: this.config.keys.legacyFormat === 'uuid' ? ('uuid' as const) : ('akm' as const),
    };
    const { secret } = await asLegacy(() => this.keys.create(user, wanted, by));
    return JSON.stringify(secret);
  }

  /**
   * Lists your keys with their use, most recently used first.
   * @remarks In the predecessor's form, all of them in one answer.
   */
  @ApiOperation({ operationId: 'get_api_key_usage_logs_auth_api_key_list_get' })
  @ApiOkResponse({ type: [LegacyKeyDto] })
  @ApiDetails({ 401: WRITES[401] })
  @Get('list')
  async list(@CurrentUser() user: User): Promise<StreamableFile> {
    return new StreamableFile(await this.legacyList.open(user), { type: 'application/json; charset=utf-8' });
  }

  /**
   * Revokes a key at once; reveals nothing about a key that isn't yours.
   * @remarks Takes the key itself, as the predecessor did. `POST /v1/keys/{id}/revoke` needs only its id.
   */
  @ApiOperation({ operationId: 'revoke_api_key_auth_api_key_revoke_get' })
  @ApiQuery({ name: 'api-key', schema: { type: 'string' } })
  @ApiOkResponse({ schema: { nullable: true, example: null } })
  @ApiDetails({ ...WRITES, 422: 'api-key: Field required' })
  @ChangesState()
  @Get('revoke')
  @Header('Content-Type', 'application/json')
  async revoke(@CurrentUser() user: User, @CurrentActor() by: Actor, @Req() req: Request): Promise<string> {
    const key = await this.keys.findByDigest(user.id, digestOf(new LegacyQuery(req).required('api-key')));
    if (key) await this.states.revoke({ id: key.id, ownerId: user.id }, by);
    return 'null';
  }

  /**
   * Renews a key, and reactivates it if its owner revoked it.
   * @remarks Without a date the key expires after the default lifetime from now. Dates are read as Python reads them.
   */
  @ApiOperation({ operationId: 'renew_api_key_auth_api_key_renew_get' })
  @ApiQuery({ name: 'api-key', schema: { type: 'string' } })
  @ApiQuery({
    name: 'expiration-date',
    required: false,
    schema: { type: 'string' },
    example: '2027-01-31T12:00:00',
  })
  @ApiOkResponse({ schema: { type: 'string', example: RENEWED } })
  @ApiDetails({ ...WRITES, ...AWAY, 404: 'API key not found', 422: NO_DATE })
  @ChangesState()
  @Get('renew')
  @Header('Content-Type', 'application/json')
  @UseGuards(FreshRightsGuard)
  async renew(@CurrentUser() user: User, @CurrentActor() by: Actor, @Req() req: Request): Promise<string> {
    const query = new LegacyQuery(req);
    const key = await this.keys.findByDigest(user.id, digestOf(query.required('api-key')));
    if (!key) throw new DomainError('not-found', 'KEY_NOT_FOUND', 'API key not found');
    const wanted = wantedDate(query);
    const lifetime = wanted
      ? { expiresAt: wanted.instant, microseconds: wanted.microseconds, mayBeOver: true }
      : { neverExpires: key.neverExpires };
    const renewed = await asLegacy(() => this.states.renew(user, { id: key.id }, lifetime, by));
    const end = wanted?.text ?? printAware(renewed.expiresAt);
    return JSON.stringify(
      `${key.revokedAt ? REACTIVATED : ''}The new expiration date for the API key is ${end}`,
    );
  }
}

/** undefined: none was sent. */
function wantedDate(query: LegacyQuery): PythonDatetime | undefined {
  const text = query.optional('expiration-date');
  if (!text) return undefined;
  const date = readPythonDatetime(text);
  // With an offset the first day of the year 1 may begin before it, which Python's UTC doesn't have either.
  if (!date || date.instant < FIRST_INSTANT) throw new DomainError('unprocessable', 'INVALID_DATE', NO_DATE);
  return date;
}

/** The statuses that the predecessor's clients know: 422 for what is not well said, 403 for what is not allowed. */
async function asLegacy<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.kind === 'invalid' || error.kind === 'too-large')
      throw new DomainError('unprocessable', error.code, error.message);
    if (error.code === 'REVOKED_FOR_GOOD') throw new DomainError('forbidden', error.code, error.message);
    throw error;
  }
}
