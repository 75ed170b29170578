import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../config/config.js';
import type { LaneAdapter } from '../platform/lane-adapter.js';
import { PrimaryLink } from '../workers/primary-link.js';

/** The end of a server begins: load balancers see it and send nobody, while everything still works. */
@Injectable()
export class Drain implements OnModuleDestroy {
  isOn = false;
  private readonly logger = new Logger('Drain');

  constructor(
    private readonly config: Config,
    private readonly primary: PrimaryLink,
    private readonly host: HttpAdapterHost<LaneAdapter>,
  ) {}

  /** The first of the hooks at SIGTERM. */
  async onModuleDestroy(): Promise<void> {
    this.isOn = true;
    const { drainSeconds } = this.config.http;
    // Without a primary nobody listens any more, so nobody has to be told.
    if (!drainSeconds || this.primary.isGone) return;
    this.logger.log(`shutting down: requests are answered for another ${drainSeconds} s`);
    // Who has one that is kept would use it until it is closed, and lose what it sends at that moment.
    this.host.httpAdapter.sayGoodbye();
    await pause(drainSeconds * 1000);
  }
}
