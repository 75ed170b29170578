// The ground floor that every feature stands on: the settings, the clock, the registry of
// metrics. Knows nothing about keys.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { Clock } from './clock.js';

@Module({})
export class PlatformModule {
  static forRoot(config: Config, clock: Clock): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Registry, useFactory: () => new Registry() },
    ];
    return { module: PlatformModule, global: true, providers, exports: [Config, Clock, Registry] };
  }
}
