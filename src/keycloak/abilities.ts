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
}

/** What was answered last to each question that the rights are told by. */
interface Answers {
  users?: Answer;
  /** The account's own record. */
  itself?: Answer;
  roles?: Answer;
  events?: Answer;
  clients?: Answer;
}

/** Both sentences are logged, once each time; without the second neither is. */
interface Right {
  readonly missing: string;
  readonly given?: string;
}

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
  private readonly answers: Answers = {};
  private reported: readonly Right[] = [];
  private looking: Promise<Abilities> | undefined;

  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
  ) {}

  /** As last seen; looked up by the first who asks. Never fails: what was never told counts as not allowed. */
  async abilities(): Promise<Abilities> {
    return this.answers.users ? abilitiesOf(this.answers) : this.look();
  }

  /**
   * The id of our client within Keycloak; undefined: its roles can't be read.
   * @throws KeycloakError when Keycloak has not told yet: who were read without those roles would lose them
   */
  async clientUuid(): Promise<string | undefined> {
    if (!this.answers.clients) await this.look();
    const { clients } = this.answers;
    if (!clients)
      throw new KeycloakError('timeout', 'it did not tell whether the roles of our client can be read');
    return uuidOf(clients);
  }

  /** The log was told that nobody can be read. */
  get readsNobody(): boolean {
    return this.reported.includes(USERS);
  }

  /** A question that gets no answer keeps its last one. */
  look(): Promise<Abilities> {
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async ask(): Promise<Abilities> {
    await this.api.mayAsk();
    // The first alone: while Keycloak is away nothing else is worth a wait.
    const isThere = await this.note(
      'users',
      this.api.ask((client) => client.users.find({ max: 1 })),
    );
    if (isThere) await this.askOthers();
    return abilitiesOf(this.answers);
  }

  private async askOthers(): Promise<void> {
    const { clientId, realm } = this.config.oidc;
    await Promise.all([
      this.note('itself', this.itself()),
      this.note(
        'roles',
        this.api.ask((client) => client.roles.find({ max: 1 })),
      ),
      this.note(
        'events',
        this.api.ask((client) => client.realms.getConfigEvents({ realm })),
      ),
      this.note(
        'clients',
        this.api.ask((client) => client.clients.find({ clientId })),
      ),
    ]);
    this.report(missing(this.answers));
  }

  /** @returns whether there was an answer */
  private async note(question: keyof Answers, asked: Promise<Answer>): Promise<boolean> {
    try {
      this.answers[question] = await asked;
      return true;
    } catch (error) {
      if (error instanceof KeycloakError) return false;
      throw error;
    }
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

const abilitiesOf = (answers: Answers): Abilities => ({
  missing: missing(answers).map(({ missing: sentence }) => sentence),
  roles: isList(answers.roles),
  events: isRecorded(answers.events),
});

/** Of what was never answered it is not known whether it is missing. */
function missing({ users, itself, roles, events, clients }: Answers): Right[] {
  const isEmpty = isList(users) && users.body.length === 0;
  const rights: [given: Answer | undefined, has: boolean, Right][] = [
    [isEmpty ? itself : users, isList(users) && (!isEmpty || itself?.status === 200), USERS],
    [roles, isList(roles), ROLES],
    [events, isRecorded(events), events?.status === 200 ? EVENTS_OFF : EVENTS],
    [clients, uuidOf(clients) !== undefined, CLIENT],
  ];
  return rights.filter(([given, has]) => given && !has).map(([, , right]) => right);
}
