import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SyncState } from './sync-state.entity.js';
import type { PassReport } from './sync-state.entity.js';

const ROW = { id: 1 };

/** What an administrator wanted when a pass began. */
export type Begin = Pick<SyncState, 'requests' | 'massChangeConfirmed'>;

/** What the replicas tell one another about the synchronisation. */
@Injectable()
export class SyncJournal {
  constructor(private readonly source: DataSource) {}

  read(): Promise<SyncState> {
    return this.source.manager.findOneByOrFail(SyncState, ROW);
  }

  /** The pass that began with this state is over; a confirmation counts once. */
  async finish({ requests, massChangeConfirmed }: Begin, lastPass: PassReport): Promise<void> {
    await this.source.manager.update(SyncState, ROW, {
      lastPass,
      answered: requests,
      ...(massChangeConfirmed ? { massChangeConfirmed: false } : {}),
      ...(lastPass.outcome === 'done' ? { succeededAt: new Date(lastPass.finishedAt) } : {}),
    });
  }

  async pause(paused: boolean): Promise<void> {
    await this.source.manager.update(SyncState, ROW, { paused });
  }

  /** Asks the leader for a pass. @returns the request's number */
  async request(confirmsMassChange: boolean): Promise<number> {
    const asked = `UPDATE sync_state SET requests = requests + 1,
      mass_change_confirmed = mass_change_confirmed OR $1 RETURNING requests`;
    const [rows] = await this.source.query<[{ requests: number }[], number]>(asked, [confirmsMassChange]);
    return rows[0]!.requests;
  }
}
