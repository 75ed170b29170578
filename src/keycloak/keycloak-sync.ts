import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import type { Owner } from '../owners/owner.entity.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { KeycloakClient, KeycloakError } from './keycloak-client.js';

/** A person is gone only when Keycloak says so twice, this far apart. */
const SECOND_LOOK_MS = 1000;
const AT_ONCE = 4;

const LIVE_OWNERS = `SELECT DISTINCT owner_id FROM api_keys
  WHERE revoked_at IS NULL AND (never_expires OR expires_at > $1)`;

@Injectable()
export class KeycloakSync implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('KeycloakSync');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly client: KeycloakClient,
    private readonly owners: OwnersService,
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    // The embedded provider answers only once we listen.
    if (this.config.sync.intervalSeconds > 0) this.schedule(this.config.oidc.embedded ? 1000 : 0);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /**
   * The owner with the rights that Keycloak gives now. While Keycloak is away: those last confirmed.
   * @throws DomainError unavailable, when they were never confirmed or are too old.
   */
  async refreshOwner(id: string): Promise<Owner> {
    try {
      return await this.readAndConfirm(id);
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      return this.lastConfirmed(id, error);
    }
  }

  /** The owner as last confirmed; somebody never seen before is read from Keycloak. @throws DomainError unavailable. */
  async knownOwner(id: string): Promise<Owner> {
    const known = await this.owners.find(id);
    return known?.rightsReadAt ? known : this.refreshOwner(id);
  }

  /** One pass over all owners of live keys; what can't be read is left as it is until the next pass. */
  async reconcile(): Promise<{ readonly confirmed: number; readonly failed: number }> {
    const rows = await this.source.query<{ owner_id: string }[]>(LIVE_OWNERS, [this.clock.now()]);
    const ids = rows.map((row) => row.owner_id);
    let failed = 0;
    const worker = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined && !this.stopped; id = ids.pop()) {
        await this.readAndConfirm(id).catch(() => (failed += 1));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.owners.lastSyncFailed = failed > 0;
    return { confirmed: rows.length - failed, failed };
  }

  private schedule(afterMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.pass(), afterMs).unref();
  }

  private async pass(): Promise<void> {
    try {
      const { failed, confirmed } = await this.reconcile();
      if (failed)
        this.logger.warn(`rights of ${failed} owners could not be read; ${confirmed} were confirmed`);
    } catch (error) {
      this.logger.error(`the synchronisation failed: ${String(error)}`);
    }
    this.schedule(this.config.sync.intervalSeconds * 1000);
  }

  private async readAndConfirm(id: string): Promise<Owner> {
    const rightsReadAt = this.clock.now();
    const user = (await this.client.user(id)) ?? (await this.secondLook(id));
    if (user) return this.owners.confirm({ ...user, id, rightsReadAt });
    const known = await this.owners.find(id);
    const gone = { enabled: false, roles: [], groups: [], attributes: {} };
    return this.owners.confirm({
      login: known?.login ?? null,
      name: known?.name ?? null,
      ...gone,
      id,
      rightsReadAt,
    });
  }

  private async secondLook(id: string) {
    await pause(SECOND_LOOK_MS);
    return this.client.user(id);
  }

  private async lastConfirmed(id: string, cause: Error): Promise<Owner> {
    const owner = await this.owners.find(id);
    const oldest = this.clock.now().getTime() - this.config.sync.maxStalenessSeconds * 1000;
    if (owner?.rightsReadAt && owner.rightsReadAt.getTime() >= oldest) return owner;
    const sentence = 'Your rights could not be read from the identity provider. Try again in a moment.';
    throw new DomainError('unavailable', 'IDENTITY_PROVIDER_UNAVAILABLE', sentence, {
      retryAfterSeconds: 30,
      cause,
    });
  }
}
