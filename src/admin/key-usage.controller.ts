import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { Clock } from '../platform/clock.js';
import { PageQuery } from '../platform/page.query.js';
import { Services } from '../services/services.js';
import { KeyUsage } from '../usage/key-usage.js';
import { RefusalLog } from '../usage/refusal-log.js';
import { RefusalListRecord, refusalsOf } from '../usage/refusal.record.js';
import { UsageOfAudienceQuery, windowOf } from '../usage/usage.query.js';
import { KeyUsageRecord } from '../usage/usage.record.js';
import { AdminOnly } from './admin.guard.js';
import { NO_KEY, READS } from './problems.js';

@ApiTags('Administration')
@Controller('v1/admin/keys/:id')
@AdminOnly()
export class AdminKeyUsageController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly usage: KeyUsage,
    private readonly refusals: RefusalLog,
    private readonly services: Services,
    private readonly clock: Clock,
  ) {}

  /**
   * How anyone's key was used over time.
   * @remarks As its owner sees it: a point for every hour or day, totals, the last use, the latest networks.
   */
  @ApiProblems({ ...READS, ...NO_KEY, 400: 'INVALID_REQUEST' })
  @Get('usage')
  async usageOfAnyKey(
    @Param('id') id: string,
    @Query() query: UsageOfAudienceQuery,
  ): Promise<KeyUsageRecord> {
    await this.keys.get({ id });
    const window = windowOf(query, this.clock.now());
    return this.usage.of(id, window, (audience) => this.services.titleOf(audience));
  }

  /**
   * The latest refusals of anyone's key, latest first; at most 50 are kept.
   * @remarks As its owner sees them.
   */
  @ApiProblems({ ...READS, ...NO_KEY, 400: 'INVALID_REQUEST' })
  @Get('refusals')
  async refusalsOfAnyKey(@Param('id') id: string, @Query() { limit }: PageQuery): Promise<RefusalListRecord> {
    await this.keys.get({ id });
    return refusalsOf(await this.refusals.latest(id, limit));
  }
}
