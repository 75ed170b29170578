import { setTimeout as pause } from 'node:timers/promises';
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
  readonly status: number;
  readonly body: unknown;
}

/**
 * GET on Keycloak's admin REST below the realm, as the service account. At most eight requests are in flight; a
 * short failure is tried again with jitter; while Keycloak is down nearly every call fails at once.
 */
@Injectable()
export class KeycloakApi {
  /** How many requests were made, and how many failed, by kind, since the start. */
  readonly calls = { made: 0, failed: {} as Record<string, number> };
  private token: { readonly value: string; readonly endsAt: number } | undefined;
  private fetching: Promise<string> | undefined;
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
   * @param path below the realm, its parts encoded
   * @returns any answer in JSON but 401, 429 and 5xx
   * @throws KeycloakError for those, and when there is none
   */
  async get(path: string, signal?: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<Answer> {
    const { endpoint, realm } = this.config.oidc;
    const url = `${endpoint}/admin/realms/${encodeURIComponent(realm)}${path}`;
    return this.guarded(async () => {
      const first = await this.request(url, await this.authorized(), timeoutMs, signal);
      if (first.status !== 401) return first;
      // The account's secret or the realm's keys may be new: one fresh token tells.
      this.token = undefined;
      const second = await this.request(url, await this.authorized(), timeoutMs, signal);
      if (second.status === 401) throw new KeycloakError('unauthorized', 'the service account is not let in');
      return second;
    }, signal);
  }

  /** The body of a 200. @throws KeycloakError for anything else. */
  async read(path: string, signal?: AbortSignal): Promise<unknown> {
    return expectOk(await this.get(path, signal));
  }

  /** All items of a list that Keycloak hands out in pages. */
  async readAll(path: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    const page = `${path}${path.includes('?') ? '&' : '?'}max=${PAGE}&first=`;
    for (;;) {
      const answer = await this.get(page + items.length, undefined, PAGE_TIMEOUT_MS);
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

  private async authorized(): Promise<RequestInit> {
    const fresh = this.token && this.token.endsAt - TOKEN_MARGIN_MS > this.clock.millis();
    // Not bound to the signal of whoever came first: others wait for the same token.
    this.fetching ??= fresh ? undefined : this.fetchToken().finally(() => (this.fetching = undefined));
    const token = this.fetching ? await this.fetching : this.token!.value;
    return { headers: { authorization: `Bearer ${token}` } };
  }

  private async fetchToken(): Promise<string> {
    const { endpoint, realm, clientId, clientSecret } = this.config.oidc;
    const asked = this.clock.millis();
    const url = `${endpoint}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const { status, body } = await this.request(
      url,
      { method: 'POST', body: new URLSearchParams(form) },
      TIMEOUT_MS,
    );
    if (status === 400 || status === 401)
      throw new KeycloakError(
        'unauthorized',
        'the client id or secret is refused, or service accounts are off',
      );
    const answer = expectOk({ status, body });
    if (!isRecord(answer) || typeof answer.access_token !== 'string')
      throw new KeycloakError('unreadable', 'the token endpoint gave no token');
    const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : 60;
    this.token = { value: answer.access_token, endsAt: asked + seconds * 1000 };
    return this.token.value;
  }

  private async request(
    url: string,
    init: RequestInit,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    this.calls.made += 1;
    try {
      return await request(url, init, timeoutMs, signal);
    } catch (error) {
      const { kind } = error as KeycloakError;
      this.calls.failed[kind] = (this.calls.failed[kind] ?? 0) + 1;
      throw error;
    }
  }
}

async function request(
  url: string,
  init: RequestInit,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer> {
  const limit = AbortSignal.timeout(timeoutMs);
  const limits = signal ? AbortSignal.any([signal, limit]) : limit;
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'error', signal: limits });
  } catch (error) {
    throw limits.aborted
      ? new KeycloakError('timeout', `no answer within ${timeoutMs / 1000} s`, error)
      : new KeycloakError('unreachable', 'it can not be reached', error);
  }
  if (response.status === 429) throw new KeycloakError('throttled', 'it answered 429', undefined);
  if (response.status >= 500) throw new KeycloakError('server-error', `it answered ${response.status}`);
  try {
    return { status: response.status, body: (await response.json()) as unknown };
  } catch (error) {
    throw limits.aborted
      ? new KeycloakError('timeout', `no answer within ${timeoutMs / 1000} s`, error)
      : new KeycloakError('unreadable', `its answer ${response.status} is no JSON`, error);
  }
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
