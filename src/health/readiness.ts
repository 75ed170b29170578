import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../config/config.js';
import { VerificationPool } from '../database/verification-pool.js';
import { KeycloakSync } from '../rights/keycloak-sync.js';
import { Clock } from '../platform/clock.js';

const LOOK = { name: 'ready', text: 'SELECT 1' };

/** Whether traffic should come here: from the first good look at the database until the end, through its outages. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private answeredAt: number | undefined;
  private ending = false;

  constructor(
    private readonly config: Config,
    private readonly pool: VerificationPool,
    private readonly clock: Clock,
    private readonly sync: KeycloakSync,
  ) {}

  /**
   * Not before the rights are in step with Keycloak, or the first try to bring them there has failed.
   * An outage of the database must not take every replica out of service: known keys are still verified until
   * APIKM_VERIFY_STALE has run out.
   */
  async isReady(): Promise<boolean> {
    if (this.ending || !this.sync.settled) return false;
    const answered = await this.pool.rows(LOOK).then(
      () => true,
      () => false,
    );
    const now = this.clock.now().getTime();
    if (answered) this.answeredAt = now;
    const { staleSeconds } = this.config.verification;
    return this.answeredAt !== undefined && now - this.answeredAt <= staleSeconds * 1000;
  }

  /** The first of the hooks at SIGTERM: load balancers see it and send nobody, while everything still works. */
  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    const { drainSeconds } = this.config.http;
    if (!drainSeconds) return;
    new Logger('Readiness').log(`ending: connections stay open for ${drainSeconds} s`);
    await pause(drainSeconds * 1000);
  }
}
