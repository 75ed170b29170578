import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { abilitiesOf, missing, USERS, uuidOf } from './abilities.js';
import type { Abilities, Answers, Right } from './abilities.js';
import type { Answer } from './admin-request.js';
import { KeycloakApi } from './keycloak-api.js';
import type { Question } from './keycloak-api.js';
import { KeycloakError } from './keycloak-error.js';

/** As if its own record were not to be read. */
const NOT_TOLD: Answer = { status: 403, body: undefined };

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
      throw new KeycloakError('timeout', 'it did not say whether the roles of our client can be read');
    return uuidOf(clients);
  }

  /** The log was told that nobody can be read. */
  get readsNobody(): boolean {
    return this.reported.includes(USERS);
  }

  /** A question that gets no answer keeps its last one. */
  look(): Promise<Abilities> {
    this.looking ??= this.lookAnew().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookAnew(): Promise<Abilities> {
    await this.api.mayAsk();
    // The first alone: while Keycloak is away nothing else is worth a wait.
    const isThere = await this.ask('users', (client) => client.users.find({ max: 1 }));
    if (isThere) await this.askOthers();
    return abilitiesOf(this.answers);
  }

  private async askOthers(): Promise<void> {
    const { clientId, realm } = this.config.oidc;
    await Promise.all([
      this.note('itself', this.itself()),
      this.ask('roles', (client) => client.roles.find({ max: 1 })),
      this.ask('events', (client) => client.realms.getConfigEvents({ realm })),
      this.ask('clients', (client) => client.clients.find({ clientId })),
    ]);
    this.report(missing(this.answers));
  }

  private ask(name: keyof Answers, question: Question): Promise<boolean> {
    return this.note(name, this.api.ask(question));
  }

  /** @returns whether there was an answer */
  private async note(name: keyof Answers, asked: Promise<Answer>): Promise<boolean> {
    try {
      this.answers[name] = await asked;
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
