import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Owner } from '../owners/owner.entity.js';
import { OwnersService, sameRights } from '../owners/owners.service.js';
import type { ConfirmedRights, Rights } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { ServiceAccount } from '../keycloak/abilities.js';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { isMassChange, losesEverything } from './mass-change.js';
import { PersonReader } from '../keycloak/person-reader.js';
import { RealmReader } from '../keycloak/realm-reader.js';
import type { PassReport } from './sync-state.entity.js';

/** A person is gone only when Keycloak says so twice, this far apart. */
const SECOND_LOOK_MS = 1000;
/** Leaves requests for those who log in meanwhile. */
const AT_ONCE = 6;
/** From here on a few lists cost less than a reading each. */
const MANY = 200;

/** null: Keycloak has no such person. */
type Reading = Rights | null;

interface PassOptions {
  readonly only?: ReadonlySet<string>;
  readonly confirmed?: boolean;
}

interface Written {
  changed: number;
  unwritten: number;
  problem?: Error;
}

const NOTHING_WRITTEN: Written = { changed: 0, unwritten: 0 };

/** How people are to be read: those that the lists show unchanged need no reading. */
interface Plan {
  readonly mode: PassReport['mode'];
  readonly asKnown: string[];
  readonly toRead: Owner[];
}

export const NO_RIGHTS = { enabled: false, roles: [], groups: [], attributes: {} };

/** Compares many people with Keycloak: everything is read before anything is written. */
@Injectable()
export class Reconcile {
  private readonly logger = new Logger('KeycloakSync');
  private stopped = false;

  constructor(
    private readonly people: PersonReader,
    private readonly realm: RealmReader,
    private readonly account: ServiceAccount,
    private readonly owners: OwnersService,
    private readonly clock: Clock,
  ) {}

  /**
   * All owners of live keys, or those named.
   * @param options.confirmed an administrator wants what is found, however many it hits
   */
  async pass({ only, confirmed }: PassOptions): Promise<PassReport> {
    const startedAt = this.clock.now();
    const { mode, asKnown, toRead, all } = only ? await this.named(only) : await this.everybody();
    const { readings, problem: unread } = await this.readEach(toRead);
    const losers = countLosers(readings);
    const held = isMassChange(losers, all) && !confirmed;
    if (held) this.reportHeld(losers, all);
    const {
      changed,
      unwritten,
      problem = unread,
    } = held ? NOTHING_WRITTEN : await this.write(readings, asKnown, startedAt);
    const unreadable = toRead.length - readings.size + unwritten;
    const owners = asKnown.length + toRead.length;
    return {
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
      mode,
      outcome: outcomeOf(held, unreadable),
      ...{ owners, changed, unreadable, losers },
      confirmed: held ? 0 : owners - unreadable,
      problem: problem ? problem.message : null,
    };
  }

  /** At the process's end: what is not read by now is left to whoever leads next. */
  stop(): void {
    this.stopped = true;
  }

  /** Those alone are loaded whom events name. */
  private async named(ids: ReadonlySet<string>): Promise<Plan & { readonly all: number }> {
    const toRead = await this.owners.followed([...ids]);
    return { mode: 'events', asKnown: [], toRead, all: await this.owners.countFollowed() };
  }

  private async everybody(): Promise<Plan & { readonly all: number }> {
    const owners = await this.owners.followed();
    return { ...(await this.sift(owners)), all: owners.length };
  }

  /** Whom the realm's lists show unchanged, and who is to be read; without lists that is everybody. */
  private async sift(owners: Owner[]): Promise<Plan> {
    const { roles } = await this.account.look();
    const each: Plan = { mode: 'each', asKnown: [], toRead: owners };
    if (owners.length < MANY || !roles) return each;
    try {
      const everybody = await this.realm.read();
      const isUnchanged = (owner: Owner): boolean => {
        const listed = everybody.get(owner.id);
        return listed !== undefined && owner.rightsReadAt !== null && sameRights(owner, listed);
      };
      const asKnown = owners.filter(isUnchanged).map(({ id }) => id);
      return { mode: 'lists', asKnown, toRead: owners.filter((owner) => !isUnchanged(owner)) };
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      this.logger.warn(
        `the realm's lists could not be read, so people are read one by one: ${error.message}`,
      );
      return each;
    }
  }

  private async readEach(owners: readonly Owner[]) {
    const readings = new Map<Owner, Reading>();
    const missing: Owner[] = [];
    let problem: KeycloakError | undefined;
    const read = async (owner: Owner, onMissing: () => void): Promise<void> => {
      try {
        const person = await this.people.read(owner.id);
        if (person) readings.set(owner, person);
        else onMissing();
      } catch (error) {
        if (!(error instanceof KeycloakError)) throw error;
        problem ??= error;
      }
    };
    await this.inTurns(owners, (owner) => read(owner, () => missing.push(owner)));
    if (missing.length > 0) await pause(SECOND_LOOK_MS);
    await this.inTurns(missing, (owner) => read(owner, () => readings.set(owner, null)));
    return { readings, problem };
  }

  /** What can't be written of one person must not keep others who were disabled meanwhile. */
  private async write(readings: Map<Owner, Reading>, asKnown: string[], readAt: Date): Promise<Written> {
    const same = [...asKnown];
    const written: Written = { changed: 0, unwritten: 0 };
    for (const [owner, reading] of readings) {
      const rights = reading ?? { login: owner.login, name: owner.name, ...NO_RIGHTS };
      if (owner.rightsReadAt && sameRights(owner, rights)) same.push(owner.id);
      else await this.confirm({ ...rights, id: owner.id, rightsReadAt: readAt }, written);
    }
    await this.owners.confirmUnchanged(same, readAt);
    return written;
  }

  private async confirm(rights: ConfirmedRights, written: Written): Promise<void> {
    try {
      await this.owners.confirm(rights);
      written.changed += 1;
    } catch (error) {
      written.unwritten += 1;
      written.problem ??= error as Error;
    }
  }

  private async inTurns(owners: readonly Owner[], work: (owner: Owner) => Promise<void>): Promise<void> {
    const rest = owners.values();
    const worker = async (): Promise<void> => {
      for (const owner of rest) if (!this.stopped) await work(owner);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  private reportHeld(losers: number, all: number): void {
    this.logger.error(
      `${losers} of ${all} owners would vanish or lose all rights; nothing is changed. If that is meant: POST /v1/admin/sync {"action":"confirmMassChange"}`,
    );
  }
}

function outcomeOf(held: boolean, unreadable: number): PassReport['outcome'] {
  if (held) return 'held';
  return unreadable > 0 ? 'incomplete' : 'done';
}

function countLosers(readings: Map<Owner, Reading>): number {
  return [...readings].filter(([owner, reading]) => losesEverything(owner, reading ?? NO_RIGHTS)).length;
}
