import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { CurrentUser } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { ApiProblems } from '../platform/api-answers.js';
import { Clock } from '../platform/clock.js';
import { Services } from '../services/services.js';
import { KeyUsage } from '../usage/key-usage.js';
import { plainPointsOf, seen, totalsOf } from '../usage/sum-up.js';
import { UsageOfAudienceQuery, windowOf } from '../usage/usage.query.js';
import { UsageSeries } from '../usage/usage-series.js';
import { KeyUsageRecord } from '../usage/usage.record.js';
import { ONE, READS } from './problems.js';
import { UsageOfKeysDto, UsageOfKeysQuery } from './usage.dto.js';

const ASKED = { 400: 'INVALID_REQUEST' };

/** When, for what and from where keys are used. */
@ApiTags('Keys')
@Controller('v1')
@SignedIn()
export class UsageController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly series: UsageSeries,
    private readonly usage: KeyUsage,
    private readonly services: Services,
    private readonly clock: Clock,
  ) {}

  /**
   * How one of your keys was used over time.
   * @remarks By whole hours, counted where an hour begins. A use is included at once by the server that saw it, and
   * within about a second by the others.
   */
  @ApiProblems({ ...READS, ...ONE, ...ASKED })
  @Get('keys/:id/usage')
  async ofKey(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Query() query: UsageOfAudienceQuery,
  ): Promise<KeyUsageRecord> {
    await this.keys.get({ id, ownerId: user.id });
    const window = windowOf(query, this.clock.now());
    return this.usage.of(id, window, (audience) => this.services.titleOf(audience));
  }

  /**
   * How several of your keys were used over time.
   * @remarks Up to 100 keys by `keyId`, each with a point for every hour or day of the window.
   */
  @ApiProblems({ ...READS, ...ASKED })
  @Get('usage')
  async ofKeys(@CurrentUser() user: User, @Query() query: UsageOfKeysQuery): Promise<UsageOfKeysDto> {
    const window = windowOf(query, this.clock.now());
    const own = await this.keys.ownIds(query.keyId, user.id);
    const { beginnings, counted } = await this.series.ofKeys(own, window);
    const keys = own.map((keyId) => {
      const ofKey = { beginnings, counted: counted.filter((one) => one.keyId === keyId) };
      return { keyId, totals: totalsOf(ofKey.counted), series: plainPointsOf(ofKey) };
    });
    return { ...seen({ beginnings, counted }, window), keys };
  }
}
