// The ground floor that every feature stands on: the settings, the clock, metrics, and what every request passes: server,
// log, errors, validation. Of keys it knows only how they look in a URL, to take them out of it.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Gauge, Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { Clock } from './clock.js';
import type { LaneAdapter } from './lane-adapter.js';
import { counter } from './metrics.js';
import { RequestCounts } from './request-counts.js';
import { VERSION } from './version.js';

@Module({})
export class PlatformModule {
  constructor(registry: Registry, host: HttpAdapterHost<LaneAdapter>) {
    tellBuild(registry);
    const help = 'Requests that were refused for their headers alone, or could not be read';
    counter({ registry, name: 'apikm_unreadable_requests_total', help }, () => host.httpAdapter.refused);
  }

  static forRoot(config: Config, clock: Clock): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Registry, useFactory: () => new Registry() },
      RequestCounts,
    ];
    return {
      module: PlatformModule,
      global: true,
      providers,
      exports: [Config, Clock, Registry, RequestCounts],
    };
  }
}

function tellBuild(registry: Registry): void {
  const help = 'Always 1; its labels say which version runs, and on which Node';
  const labels = { version: VERSION, node: process.version };
  const labelNames = Object.keys(labels);
  new Gauge({
    name: 'apikm_build_info',
    help,
    labelNames,
    aggregator: 'max',
    registers: [registry],
  }).set(labels, 1);
}
