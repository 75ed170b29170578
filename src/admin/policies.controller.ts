import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { ApiProblems } from '../platform/api-answers.js';
import { AdminOnly } from './admin.guard.js';
import { PolicyListDto } from './admin.dto.js';
import { policiesOf } from './policies.js';
import { READS } from './problems.js';

@ApiTags('Administration')
@Controller('v1/admin')
@AdminOnly()
export class PoliciesController {
  constructor(private readonly config: Config) {}

  /**
   * The policies in force, each with the setting that defines it.
   * @remarks As they were when the server started; no secret is included.
   */
  @ApiProblems(READS)
  @Get('policies')
  policies(): PolicyListDto {
    return { items: policiesOf(this.config) };
  }
}
