import { setTimeout as pause } from 'node:timers/promises';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { Injectable } from '@nestjs/common';
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  bulkhead,
  circuitBreaker,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { isShort, isUnwell } from './admin-request.js';
import type { Answer } from './admin-request.js';
import { expectRecords } from './answers.js';
import { Calls } from './calls.js';
import { KeycloakError, mayBeOne } from './keycloak-error.js';
import type { FailureKind } from './keycloak-error.js';
import { ServiceToken } from './service-token.js';

const TIMEOUT_MS = 3000;
/** For a page of a list, which nobody waits for: Keycloak makes it slowly. */
const PAGE_TIMEOUT_MS = 15_000;
const PAGE = 250;
const IN_FLIGHT = 8;
const FAILURES_UNTIL_OPEN = 5;
const OPEN_MS = 1000;
const AGAIN = 2;

/** One request of the client, such as `(client) => client.users.findOne({ id })`. */
export type Question = (client: KeycloakAdminClient) => Promise<unknown>;

/** The same for a list that Keycloak hands out in pages. */
export type Paged = (client: KeycloakAdminClient, page: { first: number; max: number }) => Promise<unknown>;

/** Who follows how it goes with each request that is not tried again any more. */
interface Watcher {
  /** Keycloak as a whole is known to be unwell. */
  readonly isOn: boolean;
  answered(): void;
  failed(error: KeycloakError): void;
}

/**
 * Asks Keycloak's admin REST through its own client, as the service account. The client builds addresses and knows
 * the requests; what it lacks is here: at most eight requests are in flight; a short failure is tried again with
 * jitter; while Keycloak is down nearly every call fails at once.
 */
@Injectable()
export class KeycloakApi {
  readonly calls = new Calls();
  private readonly token: ServiceToken;
  private watcher: Watcher | undefined;
  /** The latest: while the breaker is open, what it opened for. */
  private lastFailure: KeycloakError | undefined;
  /** Clients that wait for a request. One is 100 kB to make, so they are kept: at most one for each in flight. */
  private readonly idle: KeycloakAdminClient[] = [];
  private readonly breaker = circuitBreaker(
    handleWhen((error) => this.speaksOfAll(error)),
    {
      halfOpenAfter: OPEN_MS,
      breaker: new ConsecutiveBreaker(FAILURES_UNTIL_OPEN),
    },
  );
  private readonly turns = bulkhead(IN_FLIGHT, Number.MAX_SAFE_INTEGER);
  private readonly policy = wrap(
    retry(handleWhen(isShort), {
      maxAttempts: AGAIN,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }),
    }),
    this.breaker,
    this.turns,
  );

  constructor(
    private readonly config: Config,
    clock: Clock,
  ) {
    this.token = new ServiceToken(config, clock, this.calls);
  }

  watch(watcher: Watcher): void {
    this.watcher = watcher;
  }

  /** Whether Keycloak answers at all, by a request that no person's own trouble makes fail. @throws KeycloakError */
  async probe(): Promise<void> {
    const { realm } = this.config.oidc;
    await this.turns.execute(() => this.askOnce((client) => client.realms.findOne({ realm }), TIMEOUT_MS));
  }

  /** The service account's own id; undefined: its token says none. @throws KeycloakError */
  accountId(): Promise<string | undefined> {
    return this.token.subject();
  }

  /** To be thrown for an answer that is of no use: counted as a failure of its kind. */
  failure(kind: FailureKind, message: string): KeycloakError {
    return this.calls.failure(kind, message);
  }

  /** Resolves when a request would be sent, not refused because of the failures just before. */
  async mayAsk(): Promise<void> {
    if (this.breaker.state === CircuitState.Open) await pause(OPEN_MS);
  }

  /**
   * @returns any answer in JSON but 401, 429 and 5xx
   * @throws KeycloakError for those, and when there is none
   */
  async ask(question: Question, signal?: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<Answer> {
    return this.guarded(async () => {
      const first = await this.askOnce(question, timeoutMs, signal);
      if (first.status !== 401) return first;
      // The account's secret or the realm's keys may be new: one fresh token tells.
      this.token.drop();
      const second = await this.askOnce(question, timeoutMs, signal);
      if (second.status === 401) throw this.calls.failure('unauthorized', 'the service account is refused');
      return second;
    }, signal);
  }

  /** The body of a 200. @throws KeycloakError for anything else. */
  async read(question: Question, signal?: AbortSignal): Promise<unknown> {
    return this.expectOk(await this.ask(question, signal));
  }

  /** All items of a list that Keycloak hands out in pages. */
  async readAll(question: Paged): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for (;;) {
      const page = { first: items.length, max: PAGE };
      const answer = await this.ask((client) => question(client, page), undefined, PAGE_TIMEOUT_MS);
      const part = expectRecords(this.expectOk(answer));
      items.push(...part);
      if (part.length < PAGE) return items;
    }
  }

  /** What some people's requests meet must not keep all the others from being asked about. */
  private speaksOfAll(error: unknown): boolean {
    if (this.watcher?.isOn) return error instanceof KeycloakError;
    return isUnwell(error) && !(this.watcher && mayBeOne(error));
  }

  private async guarded(work: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    try {
      const answer = await this.policy.execute(work, signal);
      this.watcher?.answered();
      return answer;
    } catch (error) {
      const known = this.knownFailure(error);
      this.watcher?.failed(known);
      throw known;
    }
  }

  private async askOnce(question: Question, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
    // Here already, so that the wait for a new token takes none of the request's time.
    await this.token.current();
    return this.calls.send(timeoutMs, signal, async ({ default: AdminClient }, within) => {
      // A signal is the client's, not its request's: no two requests share a client while they run.
      const client = this.idle.pop() ?? this.connect(AdminClient);
      const requestOptions: RequestInit = { redirect: 'error', signal: within };
      client.setConfig({ requestOptions });
      return question(client).finally(() => this.idle.push(client));
    });
  }

  private connect(AdminClient: typeof KeycloakAdminClient): KeycloakAdminClient {
    const { endpoint, internalEndpoint: baseUrl = endpoint, realm: realmName } = this.config.oidc;
    // Unless told so, the client answers null to any 404, as if there were no such user.
    const client = new AdminClient({ baseUrl, realmName, requestArgOptions: { catchNotFound: false } });
    // By itself it can't renew the token of a service account.
    client.registerTokenProvider({ getAccessToken: () => this.token.current() });
    return client;
  }

  private expectOk({ status, body }: Answer): unknown {
    if (status !== 200) throw this.calls.failure('refused', `it answered ${status}`);
    return body;
  }

  private knownFailure(error: unknown): KeycloakError {
    if (error instanceof BrokenCircuitError) return notAsked(this.lastFailure);
    return (this.lastFailure =
      error instanceof KeycloakError ? error : new KeycloakError('timeout', 'it took too long', error));
  }
}

function notAsked(since: KeycloakError | undefined): KeycloakError {
  const why = since ? `, after this: ${since.message}` : '';
  return new KeycloakError('down', `it is not asked for a moment${why}`, since);
}
