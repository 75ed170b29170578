import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditLine } from '../audit/audit-trail.js';
import { CurrentUser } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { ApiProblems } from '../platform/api-answers.js';
import { HistoryDto, HistoryQuery } from './history.dto.js';
import type { Doer, HistoryLineDto } from './history.dto.js';
import { ONE, READS } from './problems.js';

@ApiTags('Keys')
@Controller('v1/keys/:id/history')
@SignedIn()
export class HistoryController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * What was done to one of your keys, latest first.
   * @remarks From the audit trail. Of others it tells in which capacity they acted, never who they are.
   */
  @ApiProblems({ ...READS, ...ONE, 400: 'INVALID_REQUEST' })
  @Get()
  async history(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Query() { limit = 50, cursor }: HistoryQuery,
  ): Promise<HistoryDto> {
    await this.keys.get({ id, ownerId: user.id });
    const found = await this.trail.page({ keyId: id, before: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    const nextCursor = found.length > limit ? page.at(-1)!.number : null;
    return { items: page.map((line) => shown(line, user.id)), nextCursor };
  }
}

function shown(
  { at, action, details, network, agent, ...line }: AuditLine,
  readerId: string,
): HistoryLineDto {
  const by = doerOf(line, readerId);
  const isOwn = by === 'you';
  return { at, action, by, network: isOwn ? network : null, agent: isOwn ? agent : null, details };
}

/** An administrator's deed on a key of his own is told as one: its owner can't undo it. */
function doerOf({ actorId, via }: Pick<AuditLine, 'actorId' | 'via'>, readerId: string): Doer {
  if (via === 'administrator' || via === 'operator' || via === 'program') return via;
  if (actorId === readerId) return 'you';
  return actorId === null ? 'program' : 'administrator';
}
