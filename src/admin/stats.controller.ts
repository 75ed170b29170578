import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { KeyList } from '../inventory/key-list.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { Clock } from '../platform/clock.js';
import { Services } from '../services/services.js';
import { pointsOf, sumUp } from '../usage/sum-up.js';
import { UsageOfAudienceQuery, windowOf } from '../usage/usage.query.js';
import { UsageSeries } from '../usage/usage-series.js';
import { AdminOnly } from './admin.guard.js';
import { StatsDto } from './admin.dto.js';
import { READS } from './problems.js';

/** Totals over everyone's keys. */
@ApiTags('Administration')
@Controller('v1/admin')
@AdminOnly()
export class StatsController {
  constructor(
    private readonly lists: KeyList,
    private readonly owners: OwnersService,
    private readonly series: UsageSeries,
    private readonly services: Services,
    private readonly clock: Clock,
  ) {}

  /**
   * How many keys and people there are, and how keys were used.
   * @remarks Over a window by hour or day, in the days of any time zone, by application and by the reason of refusals.
   */
  @ApiProblems({ ...READS, 400: 'INVALID_REQUEST' })
  @Get('stats')
  async stats(@Query() query: UsageOfAudienceQuery): Promise<StatsDto> {
    const window = windowOf(query, this.clock.now());
    const series = await this.series.ofAll(window);
    return {
      keys: await this.lists.counts({}),
      owners: await this.owners.counts(),
      ...sumUp(series, window, (audience) => this.services.titleOf(audience)),
      usage: pointsOf(series),
    };
  }
}
