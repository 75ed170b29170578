import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { CurrentUser } from '../auth/current-user.js';
import { LoginGuard } from '../auth/login.guard.js';
import { KeycloakSync } from '../rights/keycloak-sync.js';
import { SyncStatus } from '../rights/sync-status.js';
import type { Status } from '../rights/sync-status.js';
import { Owner } from '../owners/owner.entity.js';
import { ApiProblems } from '../platform/api-answers.js';
import { AdminGuard } from './admin.guard.js';
import { SyncActionDto, SyncDto } from './sync.dto.js';

const REFUSED = {
  401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED',
  403: 'ADMIN_ONLY, FOREIGN_PAGE',
};

@ApiTags('Administration')
@ApiBearerAuth('accessToken')
@ApiCookieAuth('session')
@Controller('v1/admin/sync')
@UseGuards(LoginGuard, AdminGuard)
export class SyncController {
  constructor(
    private readonly status: SyncStatus,
    private readonly sync: KeycloakSync,
    private readonly audit: AuditService,
    private readonly source: DataSource,
  ) {}

  /** What the synchronisation with Keycloak did last. */
  @ApiProblems(REFUSED)
  @Get()
  async read(): Promise<SyncDto> {
    return shape(await this.status.read());
  }

  /** Steers the synchronisation. */
  @ApiProblems({ ...REFUSED, 400: 'INVALID_REQUEST', 409: 'SYNC_PAUSED, SYNC_OFF' })
  @Post()
  @HttpCode(200)
  async act(@CurrentUser() user: Owner, @Body() { action }: SyncActionDto): Promise<SyncDto> {
    await this.audit.record(this.source.manager, { action: `sync.${action}`, actorId: user.id });
    if (action === 'pause' || action === 'resume') await this.status.pause(action === 'pause');
    else await this.status.request(action === 'confirmMassChange', () => this.sync.wake());
    return shape(await this.status.read());
  }
}

const shape = (status: Status): SyncDto => ({ ...status, missingRights: [...status.missingRights] });
