import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../platform/domain-error.js';

@Controller('health')
export class HealthController {
  constructor(private readonly source: DataSource) {}

  /** The predecessor's probe: always 200 while the process runs. */
  @Get('status')
  async status() {
    return { healthy: await this.databaseAnswers() };
  }

  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready() {
    if (await this.databaseAnswers()) return { status: 'ok' };
    throw new DomainError('unavailable', 'NOT_READY', 'Not ready', { retryAfterSeconds: 1 });
  }

  private async databaseAnswers(): Promise<boolean> {
    return this.source.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
