import { Injectable, Logger } from '@nestjs/common';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { EventFeed } from '../keycloak/event-feed.js';
import type { Changes } from '../keycloak/event-feed.js';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { Reconcile } from './reconcile.js';
import { SyncJournal } from './sync-journal.js';
import type { Begin } from './sync-journal.js';
import type { PassReport, SyncState } from './sync-state.entity.js';

/** An outage of seconds must not cost a whole interval. */
const AGAIN_MS = 10_000;

/** What one look at the clock, the journal and the events leads to: everybody is read, or some, or nobody. */
@Injectable()
export class FollowKeycloak {
  private readonly logger = new Logger('KeycloakSync');
  /** undefined: this process has not led yet, and begins with everybody. */
  private last: PassReport | undefined;
  private wanted = false;

  constructor(
    private readonly reconcile: Reconcile,
    private readonly feed: EventFeed,
    private readonly journal: SyncJournal,
    private readonly owners: OwnersService,
    private readonly clock: Clock,
  ) {}

  /** @returns whether anybody has looked at everybody */
  async asFollower(): Promise<boolean> {
    // Whoever leads next begins anew: nobody knows what happened meanwhile.
    this.last = undefined;
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
    else if (changes.size > 0) await this.some(changes);
    return this.last !== undefined;
  }

  /** Reads everybody, now. */
  async everybody(begin: Begin): Promise<PassReport> {
    // Events are told once: until this is done, it is still to do.
    this.wanted = true;
    const report = await this.reconcile.pass({ confirmed: begin.massChangeConfirmed });
    this.last = report;
    this.owners.lastSyncFailed = report.outcome !== 'done';
    if (report.unreadable > 0)
      this.logger.warn(
        `rights of ${report.unreadable} owners could not be read, ${report.confirmed} were confirmed (${report.problem})`,
      );
    await this.journal.finish(begin, report);
    this.wanted = false;
    return report;
  }

  stop(): void {
    this.reconcile.stop();
  }

  private async some(changes: ReadonlySet<string>): Promise<void> {
    const wantedBefore = this.wanted;
    this.wanted = true;
    const { outcome } = await this.reconcile.pass({ only: changes });
    if (outcome === 'done') this.wanted = wantedBefore;
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
    const soon = this.wanted || this.last.outcome === 'incomplete';
    const pauseMs = soon ? Math.min(AGAIN_MS, intervalMs) : intervalMs;
    return this.clock.millis() - Date.parse(this.last.startedAt) >= pauseMs;
  }
}
