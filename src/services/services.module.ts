// Owns the catalogue of the applications that keys are for: what they are called, where they are, how they want a key sent.
// Promises that a file with any mistake stops the start with all of them, and later changes nothing; SIGHUP has it read
// again. Never decides what a key may do: to be offered a service is a hint.
import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Services } from './services.js';

@Module({})
export class ServicesModule implements OnModuleInit, OnApplicationShutdown {
  private readonly readAgain = (): void => this.services.reload();

  constructor(private readonly services: Services) {}

  static forRoot(services: Services): DynamicModule {
    const providers = [{ provide: Services, useValue: services }];
    return { module: ServicesModule, global: true, providers, exports: [Services] };
  }

  onModuleInit(): void {
    if (this.services.haveFile) process.on('SIGHUP', this.readAgain);
  }

  onApplicationShutdown(): void {
    process.off('SIGHUP', this.readAgain);
  }
}
