import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { SyncState } from './sync-state.entity.js';
import type { PassReport } from './sync-state.entity.js';

const ROW = { id: 1 };

/** What an administrator wanted when a pass began. */
export type Begin = Pick<SyncState, 'requests' | 'massChangeConfirmed'>;

/** What the replicas tell one another about the synchronisation. */
@Injectable()
export class SyncJournal {
  constructor(
    @InjectRepository(SyncState) private readonly states: Repository<SyncState>,
    private readonly changes: Changes,
  ) {}

  read(): Promise<SyncState> {
    return this.states.findOneByOrFail(ROW);
  }

  /** The pass that began with this state is over; a confirmation counts once. */
  async finish({ requests, massChangeConfirmed }: Begin, lastPass: PassReport): Promise<void> {
    await this.states.update(ROW, {
      lastPass,
      answered: requests,
      ...(massChangeConfirmed ? { massChangeConfirmed: false } : {}),
      ...(lastPass.outcome === 'done' ? { succeededAt: new Date(lastPass.finishedAt) } : {}),
    });
  }

  async pause(action: 'pause' | 'resume', actorId: string): Promise<void> {
    await this.changes.make(async ({ manager, record }) => {
      await manager.update(SyncState, ROW, { paused: action === 'pause' });
      await record({ action: `sync.${action}`, actorId });
    });
  }

  /** Asks the leader for a pass. @returns the request's number */
  request(action: 'now' | 'confirmMassChange', actorId: string): Promise<number> {
    return this.changes.make(async ({ manager, record }) => {
      await manager.increment(SyncState, ROW, 'requests', 1);
      if (action === 'confirmMassChange') await manager.update(SyncState, ROW, { massChangeConfirmed: true });
      await record({ action: `sync.${action}`, actorId });
      return (await manager.findOneByOrFail(SyncState, ROW)).requests;
    });
  }
}
