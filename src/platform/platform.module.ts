// The ground floor that every feature stands on: the settings, the clock, metrics, and what every request passes: server,
// log, errors, validation. Of keys it knows only how they look in a URL, to take them out of it.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { Clock } from './clock.js';
import type { LaneAdapter } from './lane-adapter.js';
import { counter } from './metrics.js';

@Module({})
export class PlatformModule {
  constructor(registry: Registry, host: HttpAdapterHost<LaneAdapter>) {
    const help = 'Requests that were refused for their headers alone, or could not be read';
    counter({ registry, name: 'apikm_unreadable_requests_total', help }, () => host.httpAdapter.refused);
  }

  static forRoot(config: Config, clock: Clock): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Registry, useFactory: () => new Registry() },
    ];
    return { module: PlatformModule, global: true, providers, exports: [Config, Clock, Registry] };
  }
}
