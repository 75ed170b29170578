import { setTimeout as pause } from 'node:timers/promises';
import type * as Library from '@keycloak/keycloak-admin-client';
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
import { KeycloakError } from './keycloak-error.js';

const TIMEOUT_MS = 3000;
/** For a page of a list, which nobody waits for: Keycloak makes it slowly. */
const PAGE_TIMEOUT_MS = 15_000;
const PAGE = 250;
/** A token that ends within this time is not used any more. */
const TOKEN_MARGIN_MS = 10_000;
const IN_FLIGHT = 8;
const FAILURES_UNTIL_OPEN = 5;
const OPEN_MS = 1000;
const AGAIN = 2;

export interface Answer {
  /** 200 for whatever is fine: the client keeps the exact number to itself. */
  readonly status: number;
  /** As Keycloak sent it: nothing has checked that it is of the type that the client promises. */
  readonly body: unknown;
}

/** One request of the client, such as `(client) => client.users.findOne({ id })`. */
export type Question = (client: KeycloakAdminClient) => Promise<unknown>;

/** The same for a list that Keycloak hands out in pages. */
export type Paged = (client: KeycloakAdminClient, page: { first: number; max: number }) => Promise<unknown>;

type Send = (library: typeof Library, within: AbortSignal) => Promise<unknown>;

/**
 * Asks Keycloak's admin REST through its own client, as the service account. The client builds addresses and knows
 * the requests; what it lacks is here: at most eight requests are in flight; a short failure is tried again with
 * jitter; while Keycloak is down nearly every call fails at once.
 */
@Injectable()
export class KeycloakApi {
  /** How many requests were made, and how many failed, by kind, since the start. */
  readonly calls = { made: 0, failed: {} as Record<string, number> };
  private token: { readonly value: string; readonly endsAt: number } | undefined;
  private fetching: Promise<string> | undefined;
  /** Clients that wait for a request. One is 100 kB to make, so they are kept: at most one for each in flight. */
  private readonly idle: KeycloakAdminClient[] = [];
  private readonly breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_UNTIL_OPEN),
  });
  private readonly policy = wrap(
    retry(handleWhen(isShort), {
      maxAttempts: AGAIN,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }),
    }),
    this.breaker,
    bulkhead(IN_FLIGHT, Number.MAX_SAFE_INTEGER),
  );

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

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
      this.token = undefined;
      const second = await this.askOnce(question, timeoutMs, signal);
      if (second.status === 401) throw new KeycloakError('unauthorized', 'the service account is not let in');
      return second;
    }, signal);
  }

  /** The body of a 200. @throws KeycloakError for anything else. */
  async read(question: Question, signal?: AbortSignal): Promise<unknown> {
    return expectOk(await this.ask(question, signal));
  }

  /** All items of a list that Keycloak hands out in pages. */
  async readAll(question: Paged): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for (;;) {
      const page = { first: items.length, max: PAGE };
      const answer = await this.ask((client) => question(client, page), undefined, PAGE_TIMEOUT_MS);
      const part = expectRecords(expectOk(answer));
      items.push(...part);
      if (part.length < PAGE) return items;
    }
  }

  private async guarded(work: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    try {
      return await this.policy.execute(work, signal);
    } catch (error) {
      const known =
        error instanceof BrokenCircuitError
          ? new KeycloakError('down', 'it did not answer just before, so it is not asked', error)
          : error;
      if (!(known instanceof KeycloakError)) throw new KeycloakError('timeout', 'it took too long', error);
      throw known;
    }
  }

  private async askOnce(question: Question, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
    // Here already, so that the wait for a new token takes none of the request's time.
    await this.currentToken();
    return this.request(timeoutMs, signal, async ({ default: AdminClient }, within) => {
      // A signal is the client's, not its request's: no two requests share a client while they run.
      const client = this.idle.pop() ?? this.connect(AdminClient);
      const requestOptions: RequestInit = { redirect: 'error', signal: within };
      client.setConfig({ requestOptions });
      return question(client).finally(() => this.idle.push(client));
    });
  }

  private connect(AdminClient: typeof KeycloakAdminClient): KeycloakAdminClient {
    const { endpoint: baseUrl, realm: realmName } = this.config.oidc;
    // Unless told so, the client answers null to any 404, as if there were no such user.
    const client = new AdminClient({ baseUrl, realmName, requestArgOptions: { catchNotFound: false } });
    // By itself it can't renew the token of a service account.
    client.registerTokenProvider({ getAccessToken: () => this.currentToken() });
    return client;
  }

  private async currentToken(): Promise<string> {
    const fresh = this.token && this.token.endsAt - TOKEN_MARGIN_MS > this.clock.millis();
    // Not bound to the signal of whoever came first: others wait for the same token.
    this.fetching ??= fresh ? undefined : this.fetchToken().finally(() => (this.fetching = undefined));
    return this.fetching ?? this.token!.value;
  }

  private async fetchToken(): Promise<string> {
    const { endpoint, realm, clientId, clientSecret } = this.config.oidc;
    const asked = this.clock.millis();
    const url = `${endpoint}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const answer = await this.request(TIMEOUT_MS, undefined, async ({ fetchWithError }, signal) => {
      const init = { method: 'POST', body: new URLSearchParams(form), redirect: 'error', signal } as const;
      return (await fetchWithError(url, init)).json();
    });
    if (answer.status === 400 || answer.status === 401)
      throw new KeycloakError(
        'unauthorized',
        'the client id or secret is refused, or service accounts are off',
      );
    const body = expectOk(answer);
    if (!isRecord(body) || typeof body.access_token !== 'string')
      throw new KeycloakError('unreadable', 'the token endpoint gave no token');
    const seconds = typeof body.expires_in === 'number' ? body.expires_in : 60;
    this.token = { value: body.access_token, endsAt: asked + seconds * 1000 };
    return this.token.value;
  }

  private async request(timeoutMs: number, signal: AbortSignal | undefined, send: Send): Promise<Answer> {
    this.calls.made += 1;
    try {
      return await request(timeoutMs, signal, send);
    } catch (error) {
      const { kind } = error as KeycloakError;
      this.calls.failed[kind] = (this.calls.failed[kind] ?? 0) + 1;
      throw error;
    }
  }
}

async function request(timeoutMs: number, signal: AbortSignal | undefined, send: Send): Promise<Answer> {
  // Not before it is needed: it takes 13 MB and 90 ms, and without a synchronisation it never is.
  const library = await import('@keycloak/keycloak-admin-client');
  const limit = AbortSignal.timeout(timeoutMs);
  const limits = signal ? AbortSignal.any([signal, limit]) : limit;
  let answer: Answer;
  try {
    answer = { status: 200, body: await send(library, limits) };
  } catch (error) {
    if (limits.aborted) throw new KeycloakError('timeout', `no answer within ${timeoutMs / 1000} s`, error);
    if (!(error instanceof library.NetworkError)) throw failureOf(error);
    answer = { status: error.response.status, body: error.responseData };
  }
  const { status, body } = answer;
  if (status === 429) throw new KeycloakError('throttled', 'it answered 429');
  if (status >= 500) throw new KeycloakError('server-error', `it answered ${status}`);
  // The client hands out as text what is no JSON.
  if (typeof body === 'string') throw new KeycloakError('unreadable', `its answer ${status} is no JSON`);
  return answer;
}

/** Only fetch's message tells whether an answer had begun. */
function failureOf(error: unknown): KeycloakError {
  // The token was dropped for somebody else's 401 just now, and a new one could not be had.
  if (error instanceof KeycloakError) return error;
  return error instanceof SyntaxError || (error as Error).message === 'terminated'
    ? new KeycloakError('unreadable', 'its answer is no JSON, or not all of it', error)
    : new KeycloakError('unreachable', 'it can not be reached', error);
}

/** What says that Keycloak itself is unwell, rather than this one request. */
function isOutage(error: unknown): boolean {
  return error instanceof KeycloakError && error.kind !== 'unauthorized' && error.kind !== 'refused';
}

/** What the next try may find mended; a time-out has used up its patience. */
function isShort(error: unknown): boolean {
  return isOutage(error) && (error as KeycloakError).kind !== 'timeout';
}

function expectOk({ status, body }: Answer): unknown {
  if (status !== 200) throw new KeycloakError('refused', `it answered ${status}`);
  return body;
}

export function expectRecords(body: unknown): Record<string, unknown>[] {
  if (!Array.isArray(body) || !body.every(isRecord))
    throw new KeycloakError('unreadable', 'its answer is no list');
  return body;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
