import { Injectable } from '@nestjs/common';
import { expectRecords } from './answers.js';
import { KeycloakApi } from './keycloak-api.js';
import type { Question } from './keycloak-api.js';
import { ServiceAccount } from './service-account.js';

/** Events are stamped before they commit, so a later look may find earlier ones. */
const OVERLAP_MS = 60_000;
const PAGE = 100;
/** More than this at once is a reason to look at everybody. */
const PAGES = 10;
/** Keycloak answers 500 to a type it does not know. */
const TYPES = [
  ...['USER', 'REALM_ROLE_MAPPING', 'CLIENT_ROLE_MAPPING', 'GROUP_MEMBERSHIP'],
  ...['GROUP', 'REALM_ROLE', 'CLIENT_ROLE', 'REALM'],
];

/** Whose rights may be others now: nobody's, those of some people, or anybody's. */
export type Changes = ReadonlySet<string> | 'anybody';

interface Event {
  readonly id: string;
  readonly time: number;
  readonly path: string;
}

/** Keycloak's admin events since the last look, as far as they bear on rights. */
@Injectable()
export class EventFeed {
  private readonly seen = new Map<string, number>();
  /** By Keycloak's clock; undefined: not looked yet. */
  private latest: number | undefined;

  constructor(
    private readonly api: KeycloakApi,
    private readonly account: ServiceAccount,
  ) {}

  /**
   * The first look notes where the feed stands; what happened before it is not known.
   * @throws KeycloakError
   */
  async changes(): Promise<Changes> {
    if (!(await this.account.abilities()).events) return new Set();
    const first = this.latest === undefined;
    const { events, more } = await this.read(first ? 1 : PAGES);
    const fresh = events.filter(({ id }) => !this.seen.has(id));
    this.remember(events);
    if (first || more) return 'anybody';
    const people = fresh.map(({ path }) => personOf(path));
    return people.includes(undefined) ? 'anybody' : new Set(people as string[]);
  }

  private async read(pages: number): Promise<{ events: Event[]; more: boolean }> {
    const dateFrom = this.latest === undefined ? undefined : this.latest - OVERLAP_MS;
    const events: Event[] = [];
    for (let page = 0; page < pages; page += 1) {
      // The client's types want one resource type and a Date, which Keycloak can't read; it sends what it is given.
      const query: object = { resourceTypes: TYPES, dateFrom, max: PAGE, first: page * PAGE };
      const find: Question = ({ realms, realmName: realm }) => realms.findAdminEvents({ realm, ...query });
      const part = expectRecords(await this.api.read(find));
      events.push(...part.map(shape));
      if (part.length < PAGE) return { events, more: false };
    }
    return { events, more: true };
  }

  private remember(events: readonly Event[]): void {
    this.latest = events.reduce((latest, { time }) => Math.max(latest, time), this.latest ?? 0);
    for (const { id, time } of events) this.seen.set(id, time);
    for (const [id, time] of this.seen) if (time < this.latest - OVERLAP_MS) this.seen.delete(id);
  }
}

/** Older versions give events no id. */
function shape(event: Record<string, unknown>): Event {
  const { id, time, resourcePath: path } = event;
  return {
    id: typeof id === 'string' ? id : JSON.stringify(event),
    time: typeof time === 'number' ? time : 0,
    path: typeof path === 'string' ? path : '',
  };
}

/** The console writes longer paths (`ui-ext/…/users/ID`) than the API; groups and roles name nobody. */
function personOf(path: string): string | undefined {
  const [, id] = /(?:^|\/)users\/([^/]+)/.exec(path) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch (error) {
    // Not encoded as we know it: then it may be anybody.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
