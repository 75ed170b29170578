import { Injectable, Logger } from '@nestjs/common';
import { KeycloakError } from '../keycloak/keycloak-error.js';
import { Outage } from '../keycloak/outage.js';
import type { Described } from '../keycloak/person-reader.js';
import { RealmReader } from '../keycloak/realm-reader.js';
import { ServiceAccount } from '../keycloak/service-account.js';
import type { Owner } from '../owners/owner.entity.js';
import { sameRights } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import type { PassReport } from './sync-state.entity.js';

/** From here on a few lists cost less than a reading each. */
export const MANY = 200;

/** How people are to be read: those that the lists show unchanged need no reading. */
export interface Plan {
  readonly mode: PassReport['mode'];
  readonly asKnown: string[];
  readonly toRead: Owner[];
  /** Of those to read, what a list said of them, where that is what is known. */
  readonly described: ReadonlyMap<string, Described>;
}

export const eachAlone = (mode: PassReport['mode'], toRead: Owner[]): Plan => ({
  ...{ mode, toRead },
  asKnown: [],
  described: new Map(),
});

/** Decides how everybody is read with the fewest requests that the service account may make. */
@Injectable()
export class ReadingPlan {
  private readonly logger = new Logger('KeycloakSync');
  private readonly lists: Trouble;
  private adviceGiven = false;

  constructor(
    private readonly realm: RealmReader,
    private readonly account: ServiceAccount,
    private readonly outage: Outage,
    clock: Clock,
  ) {
    this.lists = new Trouble(this.logger, clock);
  }

  async of(owners: Owner[]): Promise<Plan> {
    const { roles, missing } = await this.account.look();
    if (owners.length < MANY) return eachAlone('each', owners);
    if (!roles && missing.length > 0) this.advise(owners.length);
    try {
      const plan = roles ? await this.byLists(owners) : await this.byOneList(owners);
      this.lists.end("the realm's lists are read again,");
      return plan;
    } catch (error) {
      if (!(error instanceof KeycloakError)) throw error;
      await this.report(error);
      return eachAlone('each', owners);
    }
  }

  private async report({ message }: KeycloakError): Promise<void> {
    await this.outage.judged();
    if (this.outage.isOn) return;
    const sentence = `the realm's lists could not be read, so people are read one by one, which takes longer: ${message}`;
    this.lists.begin('lists', sentence);
  }

  /** Whom the realm's lists show unchanged, and who is to be read. */
  private async byLists(owners: Owner[]): Promise<Plan> {
    const everybody = await this.realm.read();
    const isUnchanged = (owner: Owner): boolean => {
      const listed = everybody.get(owner.id);
      return listed !== undefined && owner.rightsReadAt !== null && sameRights(owner, listed);
    };
    const asKnown = owners.filter(isUnchanged).map(({ id }) => id);
    const toRead = owners.filter((owner) => !isUnchanged(owner));
    return { ...eachAlone('lists', toRead), asKnown };
  }

  /** The list of users saves the first of three requests for everybody whose own record is unchanged. */
  private async byOneList(owners: Owner[]): Promise<Plan> {
    const listed = await this.realm.readUsers(owners.length);
    const isUnchanged = ({ roles, groups, ...owner }: Owner): boolean => {
      const described = listed.get(owner.id);
      return (
        described !== undefined && sameRights({ ...owner, roles, groups }, { ...described, roles, groups })
      );
    };
    const described = new Map(
      owners.filter(isUnchanged).map(({ id }): [string, Described] => [id, listed.get(id)!]),
    );
    return { ...eachAlone('each', owners), described };
  }

  private advise(owners: number): void {
    if (this.adviceGiven) return;
    this.adviceGiven = true;
    this.logger.log(
      `view-realm is missing: each pass reads ${owners} owners one by one, with about ${2 * owners} requests; with that role of realm-management some lists are enough`,
    );
  }
}
