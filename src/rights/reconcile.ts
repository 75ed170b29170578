import { Injectable, Logger } from '@nestjs/common';
import type { Owner } from '../owners/owner.entity.js';
import { OwnersService, sameRights } from '../owners/owners.service.js';
import type { ConfirmedRights } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { isMassChange, losesEverything } from './mass-change.js';
import { ReadPeople } from './read-people.js';
import type { Reading } from './read-people.js';
import { ReadingPlan, eachAlone } from './reading-plan.js';
import type { Plan } from './reading-plan.js';
import type { PassReport } from './sync-state.entity.js';
import { UnreadPeople } from './unread-people.js';

export interface PassOptions {
  readonly only?: ReadonlySet<string>;
  readonly confirmed?: boolean;
}

export const NO_RIGHTS = { enabled: false, roles: [], groups: [], attributes: {} };

/** Compares many people with Keycloak: everything is read before anything is written. */
@Injectable()
export class Reconcile {
  private readonly held: Trouble;

  constructor(
    private readonly reading: ReadPeople,
    private readonly plan: ReadingPlan,
    private readonly unread: UnreadPeople,
    private readonly owners: OwnersService,
    private readonly clock: Clock,
  ) {
    this.held = new Trouble(new Logger('KeycloakSync'), clock, 'error');
  }

  /**
   * All owners of live keys, or those named.
   * @param options.confirmed an administrator wants what is found, however many it hits
   */
  async pass({ only, confirmed }: PassOptions): Promise<PassReport> {
    const startedAt = this.clock.now();
    const { mode, asKnown, toRead, described, all } = only ? await this.named(only) : await this.everybody();
    const { read, failures } = await this.reading.each(toRead, described);
    const losers = countLosers(read);
    const held = isMassChange(losers, all) && !confirmed;
    if (held) this.reportHeld(losers, all);
    else if (!only) this.held.end('no pass is held any more,');
    const changed = held ? 0 : await this.write(read, asKnown, { startedAt, failures });
    await this.unread.note([...(only ?? []), ...asKnown, ...toRead.map(({ id }) => id)], failures);
    const owners = asKnown.length + toRead.length;
    const unreadable = toRead.length - read.size + countWithin(failures, read);
    const problem = await this.problemOf(failures, owners > 0 || only !== undefined);
    return {
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
      mode,
      ...{ owners, changed, unreadable, losers },
      ...outcomeOf(held, owners, unreadable, problem),
      problem,
    };
  }

  /** Who could not be read and is to be tried again by now. */
  due(): ReadonlySet<string> {
    return this.unread.due();
  }

  /** Somebody could not be read, and was not since. */
  get isWaiting(): boolean {
    return this.unread.count > 0;
  }

  forget(): void {
    this.unread.forget();
  }

  /** At the process's end: what is not read by now is left to whoever leads next. */
  stop(): void {
    this.reading.stop();
  }

  /** Those alone are loaded whom events name. */
  private async named(ids: ReadonlySet<string>): Promise<Plan & { readonly all: number }> {
    const toRead = await this.owners.followed([...ids]);
    return { ...eachAlone('events', toRead), all: await this.owners.countFollowed() };
  }

  private async everybody(): Promise<Plan & { readonly all: number }> {
    const owners = await this.owners.followed();
    return { ...(await this.plan.of(owners)), all: owners.length };
  }

  /** What can't be written of one person must not keep others who were disabled meanwhile. @returns how many changed */
  private async write(readings: Map<Owner, Reading>, asKnown: string[], { startedAt, failures }: Writing) {
    const same = [...asKnown];
    let changed = 0;
    for (const [owner, reading] of readings) {
      const rights = reading ?? { login: owner.login, name: owner.name, ...NO_RIGHTS };
      if (owner.rightsReadAt && sameRights(owner, rights)) same.push(owner.id);
      else if (await this.confirm({ ...rights, id: owner.id, rightsReadAt: startedAt }, failures))
        changed += 1;
    }
    await this.owners.confirmUnchanged(same, startedAt);
    return changed;
  }

  private async confirm(rights: ConfirmedRights, failures: Map<string, Error>): Promise<boolean> {
    try {
      await this.owners.confirm(rights);
      return true;
    } catch (error) {
      failures.set(rights.id, error as Error);
      return false;
    }
  }

  /** A Keycloak that gives nothing is no success, also where nobody has a key yet. */
  private async problemOf(failures: ReadonlyMap<string, Error>, wasAsked: boolean): Promise<string | null> {
    const [problem] = wasAsked ? failures.values() : [await this.reading.silence()];
    return problem?.message ?? null;
  }

  private reportHeld(losers: number, all: number): void {
    this.held.begin(
      'held',
      `${losers} of ${all} owners would vanish or lose all rights; nothing is changed. If that is intended: POST /v1/admin/sync {"action":"confirmMassChange"}`,
    );
  }
}

interface Writing {
  readonly startedAt: Date;
  /** What can't be written counts as not read. */
  readonly failures: Map<string, Error>;
}

const countWithin = (failures: ReadonlyMap<string, Error>, read: ReadonlyMap<Owner, Reading>): number =>
  [...read.keys()].filter(({ id }) => failures.has(id)).length;

function outcomeOf(held: boolean, owners: number, unreadable: number, problem: string | null) {
  if (held) return { outcome: 'held', confirmed: 0 } as const;
  const outcome = unreadable > 0 || problem !== null ? 'incomplete' : 'done';
  return { outcome, confirmed: owners - unreadable } as const;
}

function countLosers(readings: Map<Owner, Reading>): number {
  return [...readings].filter(([owner, reading]) => losesEverything(owner, reading ?? NO_RIGHTS)).length;
}
