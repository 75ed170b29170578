import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { SyncState } from './sync-state.entity.js';
import type { PassReport } from './sync-state.entity.js';

const ROW = { id: 1 };

/** What the replicas tell one another about the synchronisation. */
@Injectable()
export class SyncJournal {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  read(): Promise<SyncState> {
    return this.source.manager.findOneByOrFail(SyncState, ROW);
  }

  async finish(lastPass: PassReport): Promise<void> {
    const succeeded = lastPass.outcome === 'done' ? { succeededAt: new Date(lastPass.finishedAt) } : {};
    await this.source.manager.update(SyncState, ROW, { lastPass, ...succeeded });
  }

  async pause(paused: boolean): Promise<void> {
    await this.source.manager.update(SyncState, ROW, { paused });
  }

  /** Asks the leader for a pass. @returns the instant after which it will have begun */
  async request(confirmsMassChange: boolean): Promise<Date> {
    const requestedAt = this.clock.now();
    const confirmed = confirmsMassChange ? { massChangeConfirmedAt: requestedAt } : {};
    await this.source.manager.update(SyncState, ROW, { requestedAt, ...confirmed });
    return requestedAt;
  }

  /** A confirmation counts once. */
  async useUpConfirmation(): Promise<void> {
    await this.source.manager.update(SyncState, ROW, { massChangeConfirmedAt: null });
  }
}
