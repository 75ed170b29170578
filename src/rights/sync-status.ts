import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { OwnersService } from '../owners/owners.service.js';
import { DomainError } from '../platform/domain-error.js';
import { ServiceAccount } from '../keycloak/abilities.js';
import { KeycloakApi } from '../keycloak/keycloak-api.js';
import { SyncJournal } from './sync-journal.js';
import type { PassReport } from './sync-state.entity.js';

/** How long an administrator waits for the pass that was asked for. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

export interface Status {
  readonly paused: boolean;
  readonly intervalSeconds: number;
  /** Changes are followed within seconds, by the admin events. */
  readonly eventFeed: boolean;
  /** What the service account may not do, in plain sentences. */
  readonly missingRights: readonly string[];
  readonly lastSuccessAt: Date | null;
  /** The oldest confirmation of an owner of live keys; null: there is none. */
  readonly oldestRightsReadAt: Date | null;
  /** Of this replica, since its start. */
  readonly calls: { readonly made: number; readonly failed: Readonly<Record<string, number>> };
  readonly lastPass: PassReport | null;
}

/** What the synchronisation did last, and the wait for what it was asked to do. */
@Injectable()
export class SyncStatus {
  constructor(
    private readonly config: Config,
    private readonly journal: SyncJournal,
    private readonly account: ServiceAccount,
    private readonly api: KeycloakApi,
    private readonly owners: OwnersService,
  ) {}

  /** Requests to Keycloak by this process since its start. */
  get calls(): Status['calls'] {
    return this.api.calls;
  }

  async read(): Promise<Status> {
    const { intervalSeconds } = this.config.sync;
    const { paused, succeededAt, lastPass } = await this.journal.read();
    const off = { events: false, missing: [] };
    const { events, missing } = intervalSeconds > 0 ? await this.account.abilities() : off;
    return {
      paused,
      intervalSeconds,
      eventFeed: events,
      missingRights: missing,
      lastSuccessAt: succeededAt,
      oldestRightsReadAt: await this.owners.oldestRights(),
      calls: this.calls,
      lastPass,
    };
  }

  pause(action: 'pause' | 'resume', actorId: string): Promise<void> {
    return this.journal.pause(action, actorId);
  }

  /** Asks for a pass over everybody and waits a while for its end. @throws DomainError conflict, when none can be. */
  async request(action: 'now' | 'confirmMassChange', actorId: string, wake: () => void): Promise<void> {
    if (this.config.sync.rightsFromToken)
      throw new DomainError('conflict', 'SYNC_OFF', 'Rights come from tokens (APIKM_KEYCLOAK_SYNC_FREQ=-1).');
    if ((await this.journal.read()).paused)
      throw new DomainError('conflict', 'SYNC_PAUSED', 'The synchronisation is paused: resume it first.');
    const number = await this.journal.request(action, actorId);
    wake();
    const giveUpAt = performance.now() + PATIENCE_MS;
    const isOver = async (): Promise<boolean> => (await this.journal.read()).answered >= number;
    while (!(await isOver()) && performance.now() < giveUpAt) await pause(LOOK_MS);
  }
}
