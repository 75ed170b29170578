import { Controller, Get } from '@nestjs/common';
import { DomainError } from '../platform/domain-error.js';
import { Readiness } from './readiness.js';

@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The predecessor's probe: always 200 while the process runs. */
  @Get('status')
  async status() {
    return { healthy: await this.readiness.isReady() };
  }

  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready() {
    if (await this.readiness.isReady()) return { status: 'ok' };
    throw new DomainError('unavailable', 'NOT_READY', 'Not ready', { retryAfterSeconds: 1 });
  }
}
