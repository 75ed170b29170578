import { Injectable, Logger } from '@nestjs/common';
import { isTooOld } from '../owners/current.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { EventFeed } from '../keycloak/event-feed.js';
import type { Changes } from '../keycloak/event-feed.js';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { seconds } from '../platform/trouble.js';
import { MANY } from './reading-plan.js';
import { Reconcile } from './reconcile.js';
import type { PassOptions } from './reconcile.js';
import { SyncJournal } from './sync-journal.js';
import type { Begin } from './sync-journal.js';
import type { PassReport, SyncState } from './sync-state.entity.js';

/** What could not be taken note of must not cost a whole interval. */
const AGAIN_MS = 10_000;

/** What one look at the clock, the journal and the events leads to: everybody is read, or some, or nobody. */
@Injectable()
export class FollowKeycloak {
  private readonly logger = new Logger('KeycloakSync');
  /** undefined: this process has not led yet, and begins with everybody. */
  private last: PassReport | undefined;
  private wanted = false;
  /** What became of this process's passes. `failed`: one that could not even be finished. */
  readonly passes = { done: 0, incomplete: 0, held: 0, failed: 0 };

  constructor(
    private readonly reconcile: Reconcile,
    private readonly feed: EventFeed,
    private readonly journal: SyncJournal,
    private readonly owners: OwnersService,
    private readonly clock: Clock,
  ) {}

  /** Whether everybody was read so lately that keys may go on while the next pass is under way. */
  async isInStep(maxStalenessSeconds: number): Promise<boolean> {
    const { succeededAt, lastPass } = await this.journal.read();
    this.owners.lastSyncFailed = lastPass !== null && lastPass.outcome !== 'done';
    return !isTooOld(succeededAt?.getTime() ?? null, this.clock.millis(), maxStalenessSeconds);
  }

  /** @returns whether anybody has looked at everybody */
  async asFollower(): Promise<boolean> {
    // Whoever leads next begins anew: nobody knows what happened meanwhile.
    this.last = undefined;
    this.reconcile.forget();
    const { lastPass, paused } = await this.journal.read();
    this.owners.lastSyncFailed = lastPass !== null && lastPass.outcome !== 'done';
    return lastPass !== null || paused;
  }

  /** @returns whether everybody was looked at */
  async asLeader(intervalMs: number): Promise<boolean> {
    const state = await this.journal.read();
    if (state.paused) return true;
    // Before everybody is read: what happens from here on is in the feed.
    const changes = await this.changes();
    if (changes === 'anybody' || this.isDue(state, intervalMs)) await this.everybody(state);
    else {
      if (changes.size > 0) await this.some(changes);
      await this.again(state);
    }
    return this.last !== undefined;
  }

  /** Reads everybody, now. */
  async everybody(begin: Begin): Promise<PassReport> {
    // Events are told once: until this is done, it is still to do.
    this.wanted = true;
    const isFirst = this.last === undefined;
    if (isFirst) await this.announce();
    const report = await this.pass({ confirmed: begin.massChangeConfirmed });
    if (isFirst) this.announceEnd(report);
    this.last = report;
    this.owners.lastSyncFailed = report.outcome !== 'done';
    await this.journal.finish(begin, report);
    this.wanted = false;
    return report;
  }

  stop(): void {
    this.reconcile.stop();
  }

  /** Long passes would else look like nothing; those that follow are as long as the first. */
  private async announce(): Promise<void> {
    const owners = await this.owners.countFollowed();
    if (owners >= MANY) this.logger.log(`reading the rights of ${owners} owners`);
  }

  private announceEnd({ owners, changed, unreadable, startedAt, finishedAt }: PassReport): void {
    if (owners < MANY) return;
    const took = seconds(Date.parse(finishedAt) - Date.parse(startedAt));
    this.logger.log(
      `the rights of ${owners} owners are read, in ${took}: ${changed} changed, ${unreadable} could not be read`,
    );
  }

  private async some(changes: ReadonlySet<string>): Promise<void> {
    const wantedBefore = this.wanted;
    this.wanted = true;
    const { outcome } = await this.pass({ only: changes });
    // Whom it could not read is tried again by name.
    if (outcome !== 'held') this.wanted = wantedBefore;
  }

  private async pass(options: PassOptions): Promise<PassReport> {
    let outcome: keyof FollowKeycloak['passes'] = 'failed';
    try {
      const report = await this.reconcile.pass(options);
      ({ outcome } = report);
      return report;
    } finally {
      this.passes[outcome] += 1;
    }
  }

  /** Of an incomplete pass the rest; a pass over everybody again would read all the others for nothing. */
  private async again(begin: Begin): Promise<void> {
    const due = this.reconcile.due();
    if (due.size === 0) return;
    // After an outage the lists cost less than so many readings.
    if (due.size >= MANY && due.size * 2 > this.last!.owners) return void (await this.everybody(begin));
    await this.some(due);
    if (this.last!.outcome !== 'incomplete' || this.reconcile.isWaiting) return;
    this.last = { ...(await this.journal.complete()), startedAt: this.last!.startedAt };
    this.owners.lastSyncFailed = false;
  }

  private async changes(): Promise<Changes> {
    try {
      return await this.feed.changes();
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      return new Set();
    }
  }

  private isDue({ requests, answered }: SyncState, intervalMs: number): boolean {
    if (!this.last || requests > answered) return true;
    const pauseMs = this.wanted ? Math.min(AGAIN_MS, intervalMs) : intervalMs;
    return this.clock.millis() - Date.parse(this.last.startedAt) >= pauseMs;
  }
}
