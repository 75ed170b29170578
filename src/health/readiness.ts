import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { explainProblem } from '../database/problems.js';
import { VerificationPool } from '../database/verification-pool.js';
import { KeycloakSync } from '../rights/keycloak-sync.js';
import { Clock } from '../platform/clock.js';
import { Drain } from './drain.js';

const LOOK = { name: 'ready', text: 'SELECT 1' };
/** Proxies and kubelets wait a second or so: were the database's time limits waited for, one that hangs would take every replica out. */
const PATIENCE_MS = 500;

/** Whether traffic should come here: from the first good look at the database until the end, through its outages. */
@Injectable()
export class Readiness {
  private answeredAt: number | undefined;
  /** One at a time, whoever asks: they share their connections with verifications. */
  private looking: Promise<Error | undefined> | undefined;
  private readonly logger = new Logger('Readiness');
  /** undefined: nobody has asked yet. */
  private told: string | undefined;

  constructor(
    private readonly config: Config,
    private readonly pool: VerificationPool,
    private readonly clock: Clock,
    private readonly sync: KeycloakSync,
    private readonly drain: Drain,
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
    if (this.drain.isOn) return 'it is shutting down';
    if (!this.sync.settled) return 'the rights are being synchronised with Keycloak';
    const late = pause(PATIENCE_MS, new Error(`no answer within ${PATIENCE_MS} ms`), { ref: false });
    const problem = await Promise.race([this.look(), late]);
    const now = this.clock.millis();
    const { staleSeconds } = this.config.verification;
    const isFresh = this.answeredAt !== undefined && now - this.answeredAt <= staleSeconds * 1000;
    return isFresh ? '' : `the database does not answer: ${explainProblem(problem)}`;
  }

  /** @returns undefined: the database answered */
  private look(): Promise<Error | undefined> {
    return (this.looking ??= this.pool
      .rows(LOOK)
      .then(
        () => void (this.answeredAt = this.clock.millis()),
        (error: Error) => error,
      )
      .finally(() => (this.looking = undefined)));
  }

  /** Probes come every second or two: a line is for what has changed. */
  private tell(obstacle: string): void {
    this.told = obstacle;
    if (obstacle === '') this.logger.log('ready for traffic');
    else this.logger.warn(`not ready: ${obstacle}`);
  }
}
