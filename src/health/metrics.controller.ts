import { Controller, Get, NotFoundException, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';

/** For Prometheus, on the main port only where the settings name that very port. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly config: Config,
    private readonly registry: Registry,
  ) {}

  @Get()
  async read(@Res() res: Response): Promise<void> {
    const { metricsPort, port } = this.config.http;
    if (metricsPort !== port) throw new NotFoundException();
    res.setHeader('Content-Type', this.registry.contentType);
    res.end(await this.registry.metrics());
  }
}
