import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiDetails } from '../platform/api-answers.js';
import { DomainError } from '../platform/domain-error.js';
import { Readiness } from './readiness.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /**
   * The predecessor's probe: always 200 while the process runs.
   * @remarks `healthy` tells whether the server is ready for traffic, as /health/ready does by its status.
   */
  @ApiOperation({ operationId: 'check_user_health_microservice_health_status_get' })
  @Get('status')
  async status() {
    return { healthy: await this.readiness.isReady() };
  }

  /**
   * The process is alive.
   * @remarks For probes that restart hanging processes; it depends on nothing else.
   */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /**
   * The server is ready for traffic.
   * @remarks For load balancers. It fails as soon as the server is asked to stop, and while it could not answer.
   */
  @ApiDetails({ 503: 'Not ready' })
  @Get('ready')
  async ready() {
    if (await this.readiness.isReady()) return { status: 'ok' };
    throw new DomainError('unavailable', 'NOT_READY', 'Not ready', { retryAfterSeconds: 1 });
  }
}
