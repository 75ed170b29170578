import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor } from '../auth/current-user.js';
import type { Actor } from '../auth/current-user.js';
import { KeycloakSync } from '../rights/keycloak-sync.js';
import { RightsService } from '../rights/rights.service.js';
import type { RightsHealth } from '../rights/rights.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { AdminOnly } from './admin.guard.js';
import { SyncActionDto, SyncDto } from './sync.dto.js';

const REFUSED = {
  401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED',
  403: 'ADMIN_ONLY, FOREIGN_PAGE',
};

@ApiTags('Administration')
@Controller('v1/admin/sync')
@AdminOnly()
export class SyncController {
  constructor(
    private readonly rights: RightsService,
    private readonly sync: KeycloakSync,
  ) {}

  /**
   * What the synchronisation with Keycloak did last.
   * @remarks With the rights that its service account lacks, and the latest 20 passes.
   */
  @ApiProblems(REFUSED)
  @Get()
  async read(): Promise<SyncDto> {
    return shape(await this.rights.health());
  }

  /**
   * Controls the synchronisation.
   * @remarks Starts a pass now, pauses or resumes, or confirms a pass that is held because it would take rights from
   * too many people.
   */
  @ApiProblems({ ...REFUSED, 400: 'INVALID_REQUEST', 409: 'SYNC_PAUSED, SYNC_OFF' })
  @Post()
  @HttpCode(200)
  async act(@CurrentActor() by: Actor, @Body() { action }: SyncActionDto): Promise<SyncDto> {
    if (action === 'pause' || action === 'resume') await this.rights.pause(action, by);
    else await this.rights.request(action, by, () => this.sync.wake());
    return shape(await this.rights.health());
  }
}

const shape = (health: RightsHealth): SyncDto => ({
  ...health,
  missingRights: [...health.missingRights],
  passes: [...health.passes],
});
