import { Controller, Get, NotFoundException, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Config } from '../config/config.js';
import { Scrape } from './scrape.js';

/** For Prometheus, on the main port only where the settings name that very port. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly config: Config,
    private readonly scrape: Scrape,
  ) {}

  @Get()
  async read(@Res() res: Response): Promise<void> {
    const { metricsPort, port } = this.config.http;
    if (metricsPort !== port) throw new NotFoundException();
    const text = await this.scrape.text();
    res.setHeader('Content-Type', this.scrape.contentType);
    res.end(text);
  }
}
