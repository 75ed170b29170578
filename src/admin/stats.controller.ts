import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { KeyList } from '../inventory/key-list.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { Clock } from '../platform/clock.js';
import { UsageReport } from '../usage/usage-report.js';
import { AdminOnly } from './admin.guard.js';
import { PolicyListDto, StatsDto } from './admin.dto.js';
import { policiesOf } from './policies.js';
import { READS } from './problems.js';

const SHOWN_MS = 29 * 86_400_000;

/** Totals, and what holds for everybody. */
@ApiTags('Administration')
@Controller('v1/admin')
@AdminOnly()
export class StatsController {
  constructor(
    private readonly config: Config,
    private readonly lists: KeyList,
    private readonly owners: OwnersService,
    private readonly report: UsageReport,
    private readonly clock: Clock,
  ) {}

  /** How many keys and people there are, and how keys were used. */
  @ApiProblems(READS)
  @Get('stats')
  async stats(): Promise<StatsDto> {
    const now = this.clock.now();
    return {
      keys: await this.lists.counts({}),
      owners: await this.owners.counts(),
      usage: await this.report.days(new Date(now.getTime() - SHOWN_MS), now),
    };
  }

  /** The policies in force, each with the setting that makes it. */
  @ApiProblems(READS)
  @Get('policies')
  policies(): PolicyListDto {
    return { items: policiesOf(this.config) };
  }
}
