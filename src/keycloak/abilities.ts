import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { KeycloakApi, isRecord } from './keycloak-api.js';
import type { Answer, Question } from './keycloak-api.js';
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

const NOTHING: Abilities = { missing: [], roles: false, events: false, clientUuid: undefined };
const USERS =
  'view-users is missing: nobody can be read, so no rights follow Keycloak. With query-users alone the list of users is empty.';
const ROLES = 'view-realm is missing: every person is read one by one, which takes longer with many.';
const EVENTS = 'view-events is missing: changes are seen at the next synchronisation, not within seconds.';
const EVENTS_OFF =
  'Admin events are not recorded (Realm settings, Events): changes are seen at the next synchronisation, not within seconds.';
const CLIENT = 'view-clients is missing: roles of this client are not read, only those of the realm.';

/** Looks what the service account may do, and tells the log when that changes. */
@Injectable()
export class ServiceAccount {
  private readonly logger = new Logger('KeycloakSync');
  private known: Abilities | undefined;
  private looking: Promise<Abilities> | undefined;

  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
  ) {}

  /** As last seen; looked up by the first who asks. Never fails: what can't be told counts as not allowed. */
  async abilities(): Promise<Abilities> {
    return this.known ?? this.look();
  }

  look(): Promise<Abilities> {
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async ask(): Promise<Abilities> {
    await this.api.mayAsk();
    // The first alone: while Keycloak is away nothing else is worth a wait.
    const users = await this.attempt((client) => client.users.find({ max: 1 }));
    if (!users) return this.known ?? NOTHING;
    const { clientId, realm } = this.config.oidc;
    const [roles, events, clients] = await Promise.all([
      this.attempt((client) => client.roles.find({ max: 1 })),
      this.attempt((client) => client.realms.getConfigEvents({ realm })),
      this.attempt((client) => client.clients.find({ clientId })),
    ]);
    const abilities = {
      roles: isList(roles),
      events: isRecorded(events),
      clientUuid: uuidOf(clients),
      missing: missing(users, roles, events, clients),
    };
    this.report(abilities);
    return (this.known = abilities);
  }

  private report({ missing }: Abilities): void {
    // The embedded provider can't be given more.
    if (this.config.oidc.embedded) return;
    const before = this.known?.missing ?? [];
    for (const sentence of missing.filter((one) => !before.includes(one))) {
      if (sentence === USERS) this.logger.error(`the service account: ${sentence}`);
      else this.logger.log(`the service account: ${sentence}`);
    }
  }

  private async attempt(question: Question): Promise<Answer | undefined> {
    try {
      return await this.api.ask(question);
    } catch (error) {
      if (error instanceof KeycloakError) return undefined;
      throw error;
    }
  }
}

const isList = (answer: Answer | undefined): answer is Answer & { body: unknown[] } =>
  answer?.status === 200 && Array.isArray(answer.body);

function uuidOf(clients: Answer | undefined): string | undefined {
  const first: unknown = isList(clients) ? clients.body[0] : undefined;
  return isRecord(first) && typeof first.id === 'string' ? first.id : undefined;
}

const isRecorded = (events: Answer | undefined): boolean =>
  isRecord(events?.body) && events.body.adminEventsEnabled === true;

type Given = Answer | undefined;

function missing(users: Given, roles: Given, events: Given, clients: Given): string[] {
  const seesPeople = isList(users) && users.body.length > 0;
  const rights: [boolean, string][] = [
    [seesPeople, USERS],
    [isList(roles), ROLES],
    [isRecorded(events), events?.status === 200 ? EVENTS_OFF : EVENTS],
    [uuidOf(clients) !== undefined, CLIENT],
  ];
  return rights.filter(([has]) => !has).map(([, sentence]) => sentence);
}
