import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../changes/changes.js';
import { Config } from '../config/config.js';
import { OwnersService } from '../owners/owners.service.js';
import { DomainError } from '../platform/domain-error.js';
import { SyncJournal } from './sync-journal.js';
import type { LeaderReport, PassReport } from './sync-state.entity.js';

/** How long an administrator waits for the pass that was asked for. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

export interface RightsHealth {
  readonly paused: boolean;
  readonly intervalSeconds: number;
  /** The replica that does it, and since when what it says of Keycloak is so; null: none has yet. */
  readonly leader: string | null;
  readonly reportedAt: Date | null;
  /** Changes are followed within seconds, by the admin events. */
  readonly eventFeed: boolean;
  /** What the service account may not do, in plain sentences. */
  readonly missingRights: readonly string[];
  /** The leader's requests to Keycloak since its start. */
  readonly calls: LeaderReport['calls'];
  readonly lastSuccessAt: Date | null;
  /** The oldest confirmation of an owner of live keys; null: there is none. */
  readonly oldestRightsReadAt: Date | null;
  readonly lastPass: PassReport | null;
  /** The latest passes over everyone, latest first; at most 20. */
  readonly passes: readonly PassReport[];
}

const NOTHING_SEEN = {
  leader: null,
  at: null,
  eventFeed: false,
  missingRights: [],
  calls: { made: 0, failed: {} },
};

/** How the synchronisation stands, and what it can be asked to do. */
@Injectable()
export class RightsService {
  constructor(
    private readonly config: Config,
    private readonly journal: SyncJournal,
    private readonly owners: OwnersService,
  ) {}

  /** From what all replicas share: the same on each of them. */
  async health(): Promise<RightsHealth> {
    const { paused, succeededAt, lastPass, passes, report } = await this.journal.read();
    const { at, ...seen } = report ?? NOTHING_SEEN;
    return {
      paused,
      intervalSeconds: this.config.sync.intervalSeconds,
      ...seen,
      reportedAt: at === null ? null : new Date(at),
      lastSuccessAt: succeededAt,
      oldestRightsReadAt: await this.owners.oldestRights(),
      lastPass,
      passes,
    };
  }

  pause(action: 'pause' | 'resume', by: Actor): Promise<void> {
    return this.journal.pause(action, by);
  }

  /** Asks for a pass over everybody and waits a while for its end. @throws DomainError conflict, when none can be. */
  async request(action: 'now' | 'confirmMassChange', by: Actor, wake: () => void): Promise<void> {
    if (this.config.sync.rightsFromToken)
      throw new DomainError('conflict', 'SYNC_OFF', 'Rights come from tokens (APIKM_KEYCLOAK_SYNC_FREQ=-1).');
    if ((await this.journal.read()).paused)
      throw new DomainError('conflict', 'SYNC_PAUSED', 'The synchronisation is paused: resume it first.');
    const number = await this.journal.request(action, by);
    wake();
    const giveUpAt = performance.now() + PATIENCE_MS;
    const isOver = async (): Promise<boolean> => (await this.journal.read()).answered >= number;
    while (!(await isOver()) && performance.now() < giveUpAt) await pause(LOOK_MS);
  }
}
