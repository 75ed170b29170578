import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { LeaderLock } from '../database/leader-lock.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { FollowKeycloak } from './follow-keycloak.js';
import { SyncJournal } from './sync-journal.js';

/** How often the events, the journal and the leader's life are looked at. */
const TICK_MS = 3000;
const FROZEN_MS = { least: 3000, most: 15_000 };

/** Keeps the synchronisation going in one replica of all, from start to end. */
@Injectable()
export class KeycloakSync implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The rights were in step not long ago, or the first try to bring them there is over. */
  settled: boolean;
  private readonly trouble: Trouble;
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly lock: LeaderLock,
    private readonly follow: FollowKeycloak,
    private readonly journal: SyncJournal,
    clock: Clock,
  ) {
    this.trouble = new Trouble(new Logger('KeycloakSync'), clock, 'error');
    this.intervalMs = config.sync.intervalSeconds * 1000;
    // The embedded provider is this very process: it answers only once we listen.
    this.settled = this.intervalMs <= 0 || config.oidc.embedded;
  }

  onApplicationBootstrap(): void {
    if (this.intervalMs > 0) this.schedule(this.config.oidc.embedded ? 1000 : 0);
  }

  /** Waits for what is being written: the database closes next. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.follow.stop();
    await this.ticking;
  }

  /** Looks now, whether or not it is time. */
  wake(): void {
    if (!this.ticking) this.schedule(0);
  }

  private schedule(afterMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.ticking = this.tick().finally(() => {
        this.ticking = undefined;
        if (this.intervalMs > 0) this.schedule(Math.min(TICK_MS, this.intervalMs));
      });
    }, afterMs).unref();
  }

  private async tick(): Promise<void> {
    const intervalMs = this.intervalMs > 0 ? this.intervalMs : Infinity;
    const frozen = Math.min(Math.max(intervalMs, FROZEN_MS.least), FROZEN_MS.most);
    try {
      this.settled ||= await this.follow.isInStep(this.config.sync.maxStalenessSeconds);
      const leads = await this.lock.lead(frozen);
      const known = leads ? await this.follow.asLeader(intervalMs) : await this.follow.asFollower();
      if (leads) await this.journal.report();
      this.settled ||= known;
      this.trouble.end('the synchronisation works again,');
    } catch (error) {
      this.settled = true;
      this.trouble.begin(
        'failed',
        `the synchronisation failed: ${String(error)}. It is retried every few seconds; keys keep the rights last confirmed.`,
      );
    }
  }
}
