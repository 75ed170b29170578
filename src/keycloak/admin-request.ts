import type * as Library from '@keycloak/keycloak-admin-client';
import { causesOf } from '../platform/causes.js';
import { KeycloakError } from './keycloak-error.js';

export interface Answer {
  /** 200 for whatever is fine: the client keeps the exact number to itself. */
  readonly status: number;
  /** As Keycloak sent it: nothing has checked that it is of the type that the client promises. */
  readonly body: unknown;
}

export type Send = (library: typeof Library, within: AbortSignal) => Promise<unknown>;

/** One request within its time. @throws KeycloakError for 429, 5xx, what is no JSON, and no answer at all. */
export async function request(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  send: Send,
): Promise<Answer> {
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
  if (typeof body === 'string') throw new KeycloakError('unreadable', `its answer ${status} is not JSON`);
  return answer;
}

const TO_THE_OTHER =
  'Set APIKM_OIDC_ENDPOINT, or APIKM_OIDC_INTERNAL_ENDPOINT, to the address that answers without a redirect, such as https://….';

/** Only fetch's message tells whether an answer had begun. */
function failureOf(error: unknown): KeycloakError {
  // The token was dropped for somebody else's 401 just now, and a new one could not be had.
  if (error instanceof KeycloakError) return error;
  if (/unexpected redirect/.test(causesOf(error)))
    return new KeycloakError('unreachable', 'it redirects to another address', error, TO_THE_OTHER);
  return error instanceof SyntaxError || (error as Error).message === 'terminated'
    ? new KeycloakError('unreadable', 'its answer is not JSON, or is incomplete', error)
    : new KeycloakError('unreachable', `it cannot be reached${codeOf(error)}`, error);
}

/** fetch itself says no more than that it failed. */
function codeOf(error: unknown): string {
  const cause = (error as Error).cause as (Error & { code?: string }) | undefined;
  const code = cause?.code ?? cause?.message;
  return code ? ` (${code})` : '';
}

/** What says that Keycloak itself is unwell, rather than this one request. */
export function isUnwell(error: unknown): boolean {
  return error instanceof KeycloakError && error.kind !== 'unauthorized' && error.kind !== 'refused';
}

/** What the next try may find mended; a time-out has used up its patience. */
export function isShort(error: unknown): boolean {
  return isUnwell(error) && (error as KeycloakError).kind !== 'timeout';
}
