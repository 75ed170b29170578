import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Owner } from '../owners/owner.entity.js';
import type { Rights } from '../owners/owners.service.js';
import { KeycloakApi } from '../keycloak/keycloak-api.js';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { PersonReader } from '../keycloak/person-reader.js';
import type { Described } from '../keycloak/person-reader.js';

/** A person is gone only when Keycloak says so twice, this far apart. */
const SECOND_LOOK_MS = 1000;
/** Leaves requests for those who log in meanwhile. */
const AT_ONCE = 6;

/** null: Keycloak has no such person. */
export type Reading = Rights | null;

export interface Readings {
  readonly read: Map<Owner, Reading>;
  readonly failures: Map<string, Error>;
}

/** Reads many people, a few at a time. */
@Injectable()
export class ReadPeople {
  private stopped = false;

  constructor(
    private readonly people: PersonReader,
    private readonly api: KeycloakApi,
  ) {}

  /** Why nobody can be read, where there is nobody to be read; undefined: Keycloak answers. */
  async silence(): Promise<Error | undefined> {
    try {
      await this.api.probe();
      return undefined;
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      return error;
    }
  }

  /** @param described what is known already of some of them, so that roles and groups are enough */
  async each(owners: readonly Owner[], described: ReadonlyMap<string, Described>): Promise<Readings> {
    const readings: Readings = { read: new Map(), failures: new Map() };
    const missing: Owner[] = [];
    const read = async (owner: Owner, onMissing: () => void): Promise<void> => {
      try {
        const person = await this.people.read(owner.id, { described: described.get(owner.id) });
        if (person) readings.read.set(owner, person);
        else onMissing();
      } catch (error) {
        if (!(error instanceof KeycloakError)) throw error;
        readings.failures.set(owner.id, error);
      }
    };
    await this.inTurns(owners, (owner) => read(owner, () => missing.push(owner)));
    if (missing.length > 0) await pause(SECOND_LOOK_MS);
    await this.inTurns(missing, (owner) => read(owner, () => readings.read.set(owner, null)));
    return readings;
  }

  /** At the process's end: what is not read by now is left to whoever leads next. */
  stop(): void {
    this.stopped = true;
  }

  private async inTurns(owners: readonly Owner[], work: (owner: Owner) => Promise<void>): Promise<void> {
    const rest = owners.values();
    const worker = async (): Promise<void> => {
      for (const owner of rest) if (!this.stopped) await work(owner);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
}
