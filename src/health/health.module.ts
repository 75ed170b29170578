// Owns what a probe sees: the process lives, the service is ready; and where Prometheus reads /metrics, by default on a
// port of its own. Tells strangers no detail.
import { Module } from '@nestjs/common';
import { RightsModule } from '../rights/rights.module.js';
import { Drain } from './drain.js';
import { HealthController } from './health.controller.js';
import { MetricsServer } from './metrics-server.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { Scrape } from './scrape.js';

@Module({
  imports: [RightsModule],
  controllers: [HealthController, MetricsController],
  providers: [Drain, Readiness, Scrape, MetricsServer],
})
export class HealthModule {}
