import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../config/config.js';
import { explainProblem } from '../database/problems.js';
import { VerificationPool } from '../database/verification-pool.js';
import { KeycloakSync } from '../rights/keycloak-sync.js';
import { Clock } from '../platform/clock.js';
import { PrimaryLink } from '../workers/primary-link.js';

const LOOK = { name: 'ready', text: 'SELECT 1' };

/** Whether traffic should come here: from the first good look at the database until the end, through its outages. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private answeredAt: number | undefined;
  private ending = false;
  private readonly logger = new Logger('Readiness');
  /** undefined: nobody has asked yet. */
  private told: string | undefined;

  constructor(
    private readonly config: Config,
    private readonly pool: VerificationPool,
    private readonly clock: Clock,
    private readonly sync: KeycloakSync,
    private readonly primary: PrimaryLink,
  ) {}

  /**
   * Not before the rights are in step with Keycloak, or the first try to bring them there has failed.
   * An outage of the database must not take every replica out of service: known keys are still verified until
   * APIKM_VERIFY_STALE has run out.
   */
  async isReady(): Promise<boolean> {
    const obstacle = await this.obstacle();
    if (obstacle !== this.told) this.tell(obstacle);
    return obstacle === '';
  }

  /** '': nothing stands in the way. */
  private async obstacle(): Promise<string> {
    if (this.ending) return 'it is ending';
    if (!this.sync.settled) return 'the rights are being brought into step with Keycloak';
    const problem = await this.pool.rows(LOOK).then(
      () => undefined,
      (error: Error) => error,
    );
    const now = this.clock.now().getTime();
    if (!problem) this.answeredAt = now;
    const { staleSeconds } = this.config.verification;
    const isFresh = this.answeredAt !== undefined && now - this.answeredAt <= staleSeconds * 1000;
    return isFresh ? '' : `the database does not answer: ${explainProblem(problem)}`;
  }

  /** Probes come every second or two: a line is for what has changed. */
  private tell(obstacle: string): void {
    this.told = obstacle;
    if (obstacle === '') this.logger.log('ready: traffic may come');
    else this.logger.warn(`not ready: ${obstacle}`);
  }

  /** The first of the hooks at SIGTERM: load balancers see it and send nobody, while everything still works. */
  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    const { drainSeconds } = this.config.http;
    // Without a primary nobody listens any more, so nobody has to be told.
    if (!drainSeconds || this.primary.isGone) return;
    this.logger.log(`ending: connections stay open for ${drainSeconds} s`);
    await pause(drainSeconds * 1000);
  }
}
