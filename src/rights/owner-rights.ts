import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { isTooOld } from '../owners/current.js';
import type { Owner } from '../owners/owner.entity.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { PersonReader } from '../keycloak/person-reader.js';
import { NO_RIGHTS } from './reconcile.js';
import { rightsOfClaims } from './token-claims.js';
import type { Claims } from './token-claims.js';
import { UnreadPeople } from './unread-people.js';

/** Somebody waits for the answer. */
const PATIENCE_MS = 3000;
/** A person is gone only when Keycloak says so twice, this far apart. */
const SECOND_LOOK_MS = 1000;
/** A synchronisation that is this late has missed whoever holds no live key. */
const LATE_SECONDS = 5;

/** The rights of one person who is here now: at login, in management, before a key is made. */
@Injectable()
export class OwnerRights {
  constructor(
    private readonly config: Config,
    private readonly people: PersonReader,
    private readonly owners: OwnersService,
    private readonly unread: UnreadPeople,
    private readonly clock: Clock,
  ) {}

  /**
   * The owner with the rights that Keycloak gives now. While Keycloak is away: those last confirmed.
   * @throws DomainError unavailable, when they were never confirmed or are too old.
   */
  async refresh(id: string): Promise<Owner> {
    if (this.config.sync.rightsFromToken) return this.lastConfirmed(id);
    try {
      const owner = await this.readAndConfirm(id);
      void this.unread.noteOne(id);
      return owner;
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      void this.unread.noteOne(id, error);
      return this.lastConfirmed(id, error);
    }
  }

  /** Since when the rights that were just asked for are known, when Keycloak could not be asked; else undefined. */
  notReadSince({ rightsReadAt }: Owner, askedAt: Date): Date | undefined {
    if (this.config.sync.rightsFromToken || rightsReadAt === null || rightsReadAt >= askedAt)
      return undefined;
    return rightsReadAt;
  }

  /**
   * The owner as last confirmed. Read anew when that was never, or when the synchronisation passes this person by:
   * it looks at those with live keys. @throws DomainError unavailable.
   */
  async known(id: string): Promise<Owner> {
    const known = await this.owners.find(id);
    return known?.rightsReadAt && !this.isLate(known.rightsReadAt) ? known : this.refresh(id);
  }

  /** The owner by a token that was just verified; its claims are the rights where the settings say so. */
  async ofToken(claims: Claims): Promise<Owner> {
    if (!this.config.sync.rightsFromToken) return this.known(claims.sub);
    return this.owners.confirm(rightsOfClaims(claims, this.config.oidc, this.clock.now()));
  }

  private isLate(readAt: Date): boolean {
    const { intervalSeconds } = this.config.sync;
    const age = this.clock.millis() - readAt.getTime();
    return intervalSeconds > 0 && age > (intervalSeconds + LATE_SECONDS) * 1000;
  }

  private async readAndConfirm(id: string): Promise<Owner> {
    const rightsReadAt = this.clock.now();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const user = (await this.people.read(id, { signal })) ?? (await this.secondLook(id, signal));
    if (user) return this.owners.confirm({ ...user, id, rightsReadAt });
    const known = await this.owners.find(id);
    const { login = null, name = null } = known ?? {};
    return this.owners.confirm({ login, name, ...NO_RIGHTS, id, rightsReadAt });
  }

  private async secondLook(id: string, signal: AbortSignal) {
    await pause(SECOND_LOOK_MS);
    return this.people.read(id, { signal });
  }

  private async lastConfirmed(id: string, cause?: Error): Promise<Owner> {
    const owner = await this.owners.find(id);
    const readAt = owner?.rightsReadAt?.getTime() ?? null;
    if (owner && !isTooOld(readAt, this.clock.millis(), this.config.sync.maxStalenessSeconds)) return owner;
    throw unread(cause);
  }
}

/** No waiting mends a service account that is not let in. */
function unread(cause?: Error): DomainError {
  const isRefused = cause instanceof KeycloakError && ['unauthorized', 'refused'].includes(cause.origin.kind);
  if (!isRefused) {
    const details = { retryAfterSeconds: 30, cause };
    return new DomainError(
      'unavailable',
      'IDENTITY_PROVIDER_UNAVAILABLE',
      ({ login }) => login.rightsUnread,
      details,
    );
  }
  return new DomainError(
    'unavailable',
    'IDENTITY_PROVIDER_MISCONFIGURED',
    ({ login }) => login.rightsHidden,
    { cause },
  );
}
