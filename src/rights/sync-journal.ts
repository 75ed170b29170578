import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { Actor } from '../changes/changes.js';
import { KeycloakApi } from '../keycloak/keycloak-api.js';
import { ServiceAccount } from '../keycloak/service-account.js';
import { Clock } from '../platform/clock.js';
import { SyncState } from './sync-state.entity.js';
import type { LeaderReport, PassReport } from './sync-state.entity.js';

const ROW = { id: 1 };
/** An older report tells that nobody leads. */
const REPORT_MS = 60_000;
const PASSES_KEPT = 20;

/** What an administrator wanted when a pass began. */
export type Begin = Pick<SyncState, 'requests' | 'massChangeConfirmed'>;

/** What the replicas tell one another about the synchronisation. */
@Injectable()
export class SyncJournal {
  /** What was written last, of that which is worth a write of its own. */
  private reported: string | undefined;
  private reportedAt = 0;

  constructor(
    @InjectRepository(SyncState) private readonly states: Repository<SyncState>,
    private readonly changes: Changes,
    private readonly account: ServiceAccount,
    private readonly api: KeycloakApi,
    private readonly clock: Clock,
  ) {}

  read(): Promise<SyncState> {
    return this.states.findOneByOrFail(ROW);
  }

  /** The pass that began with this state is over; a confirmation counts once. */
  async finish({ requests, massChangeConfirmed }: Begin, lastPass: PassReport): Promise<void> {
    const { passes } = await this.read();
    await this.states.update(ROW, {
      lastPass,
      passes: [lastPass, ...passes].slice(0, PASSES_KEPT),
      report: await this.look(),
      answered: requests,
      ...(massChangeConfirmed ? { massChangeConfirmed: false } : {}),
      ...(lastPass.outcome === 'done' ? { succeededAt: new Date(lastPass.finishedAt) } : {}),
    });
  }

  /** Whoever could not be read in the last pass was read since. */
  async complete(): Promise<PassReport> {
    const { lastPass, passes } = await this.read();
    const finishedAt = this.clock.now();
    const { owners } = lastPass!;
    const whole: PassReport = {
      ...lastPass!,
      ...{ finishedAt: finishedAt.toISOString(), outcome: 'done', confirmed: owners },
      ...{ unreadable: 0, problem: null },
    };
    await this.states.update(ROW, {
      lastPass: whole,
      passes: [whole, ...passes.slice(1)],
      succeededAt: finishedAt,
    });
    return whole;
  }

  /** What the leader sees of Keycloak, when there is something new in it, and else from time to time. */
  async report(): Promise<void> {
    const report = await this.look();
    const news = JSON.stringify([report.eventFeed, report.missingRights, report.calls.failed]);
    const now = this.clock.millis();
    if (news === this.reported && now - this.reportedAt < REPORT_MS) return;
    await this.states.update(ROW, { report });
    this.reported = news;
    this.reportedAt = now;
  }

  async pause(action: 'pause' | 'resume', by: Actor): Promise<void> {
    await this.changes.make(async ({ manager, record }) => {
      await manager.update(SyncState, ROW, { paused: action === 'pause' });
      await record({ action: `sync.${action}` });
    }, by);
  }

  /** Asks the leader for a pass. @returns the request's number */
  request(action: 'now' | 'confirmMassChange', by: Actor): Promise<number> {
    return this.changes.make(async ({ manager, record }) => {
      await manager.increment(SyncState, ROW, 'requests', 1);
      if (action === 'confirmMassChange') await manager.update(SyncState, ROW, { massChangeConfirmed: true });
      await record({ action: `sync.${action}` });
      return (await manager.findOneByOrFail(SyncState, ROW)).requests;
    }, by);
  }

  private async look(): Promise<LeaderReport> {
    const { events, missing } = await this.account.abilities();
    const { made, failed } = this.api.calls;
    return {
      leader: hostname(),
      at: this.clock.now().toISOString(),
      eventFeed: events,
      missingRights: missing,
      calls: { made, failed: { ...failed } },
    };
  }
}
