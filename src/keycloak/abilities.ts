import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { Answer } from './admin-request.js';
import { isRecord } from './answers.js';
import { KeycloakApi } from './keycloak-api.js';
import { KeycloakError } from './keycloak-error.js';

/** What the service account may read. */
export interface Abilities {
  /** One plain sentence for each right that is missing, the necessary one first. */
  readonly missing: readonly string[];
  /** Roles and their composites: reading many people at once. */
  readonly roles: boolean;
  /** The admin events are readable and recorded. */
  readonly events: boolean;
  /** The id of our client within Keycloak; undefined: its roles can't be read. */
  readonly clientUuid: string | undefined;
}

/** Both sentences are logged, once each time; without the second neither is. */
interface Right {
  readonly missing: string;
  readonly given?: string;
}

const NOTHING: Abilities = { missing: [], roles: false, events: false, clientUuid: undefined };
const USERS: Right = {
  missing:
    'view-users is missing: nobody can be read, so no rights follow Keycloak. Give the service account that role of realm-management (query-users alone shows an empty list), and let the client keep "Full scope allowed".',
  given: 'view-users is given now.',
};
/** How much it costs depends on the number of owners: whoever reads them says so in the log. */
const ROLES: Right = {
  missing: 'view-realm is missing: every person is read one by one, which takes longer with many.',
};
const EVENTS: Right = {
  missing: 'view-events is missing: changes are seen at the next synchronisation, not within seconds.',
  given: 'view-events is given now.',
};
const EVENTS_OFF: Right = {
  missing:
    'Admin events are not recorded (Realm settings, Events): changes are seen at the next synchronisation, not within seconds.',
  given: 'Admin events are recorded now.',
};
const CLIENT: Right = {
  missing: 'view-clients is missing: roles of this client are not read, only those of the realm.',
  given: 'view-clients is given now.',
};

/** Looks what the service account may do, and tells the log when that changes. */
@Injectable()
export class ServiceAccount {
  private readonly logger = new Logger('KeycloakSync');
  private known: Abilities | undefined;
  private reported: readonly Right[] = [];
  private looking: Promise<Abilities> | undefined;

  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
  ) {}

  /** As last seen; looked up by the first who asks. Never fails: what can't be told counts as not allowed. */
  async abilities(): Promise<Abilities> {
    return this.known ?? this.look();
  }

  /** The log was told that nobody can be read. */
  get readsNobody(): boolean {
    return this.reported.includes(USERS);
  }

  look(): Promise<Abilities> {
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async ask(): Promise<Abilities> {
    await this.api.mayAsk();
    // The first alone: while Keycloak is away nothing else is worth a wait.
    const users = await this.attempt(this.api.ask((client) => client.users.find({ max: 1 })));
    if (!users) return this.known ?? NOTHING;
    const others = await this.askOthers();
    const { roles, events, clients } = others;
    const rights = missing(users, others);
    // Without an answer it is not known what is missing, and so nothing is said of it.
    if (Object.values(others).every((answer) => answer !== undefined)) this.report(rights);
    return (this.known = {
      roles: isList(roles),
      events: isRecorded(events),
      clientUuid: uuidOf(clients),
      missing: rights.map(({ missing: sentence }) => sentence),
    });
  }

  private async askOthers(): Promise<Others> {
    const { clientId, realm } = this.config.oidc;
    const [itself, roles, events, clients] = await Promise.all([
      this.attempt(this.itself()),
      this.attempt(this.api.ask((client) => client.roles.find({ max: 1 }))),
      this.attempt(this.api.ask((client) => client.realms.getConfigEvents({ realm }))),
      this.attempt(this.api.ask((client) => client.clients.find({ clientId }))),
    ]);
    return { itself, roles, events, clients };
  }

  /** The list of people is as empty with query-users alone as in a realm without any: the account's own record tells. */
  private async itself(): Promise<Answer> {
    const id = await this.api.accountId();
    return id === undefined ? NOT_TOLD : this.api.ask((client) => client.users.findOne({ id }));
  }

  private report(missing: readonly Right[]): void {
    // The embedded provider can't be given more.
    if (this.config.oidc.embedded) return;
    for (const right of missing.filter((one) => one.given && !this.reported.includes(one)))
      this.logger[right === USERS ? 'error' : 'log'](`the service account: ${right.missing}`);
    for (const { given } of this.reported.filter((one) => !missing.includes(one)))
      if (given) this.logger.log(`the service account: ${given}`);
    this.reported = missing;
  }

  private async attempt(asked: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof KeycloakError) return undefined;
      throw error;
    }
  }
}

/** As if its own record were not to be read. */
const NOT_TOLD: Answer = { status: 403, body: undefined };

const isList = (answer: Answer | undefined): answer is Answer & { body: unknown[] } =>
  answer?.status === 200 && Array.isArray(answer.body);

function uuidOf(clients: Answer | undefined): string | undefined {
  const first: unknown = isList(clients) ? clients.body[0] : undefined;
  return isRecord(first) && typeof first.id === 'string' ? first.id : undefined;
}

const isRecorded = (events: Answer | undefined): boolean =>
  isRecord(events?.body) && events.body.adminEventsEnabled === true;

type Given = Answer | undefined;

interface Others {
  readonly itself: Given;
  readonly roles: Given;
  readonly events: Given;
  readonly clients: Given;
}

function missing(users: Answer, { itself, roles, events, clients }: Others): Right[] {
  const seesPeople = isList(users) && (users.body.length > 0 || itself?.status === 200);
  const rights: [boolean, Right][] = [
    [seesPeople, USERS],
    [isList(roles), ROLES],
    [isRecorded(events), events?.status === 200 ? EVENTS_OFF : EVENTS],
    [uuidOf(clients) !== undefined, CLIENT],
  ];
  return rights.filter(([has]) => !has).map(([, right]) => right);
}
