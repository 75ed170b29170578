import { decodeJwt } from 'jose';
import { causesOf } from '../platform/causes.js';
import type { DomainError } from '../platform/domain-error.js';
import { refusedPartOf } from '../platform/refused-client.js';
import { refusedAnswer, unfitAnswer } from './login-refusal.js';
import { ProviderFault } from './provider-faults.js';
import type { ProviderFaults } from './provider-faults.js';
import { TIMEOUT_MS } from './provider-keys.js';

/** A token endpoint's answer is some kilobytes; the largest has a person's thousand roles in it. */
const MOST_BYTES = 1_048_576;

/** The token endpoint, asked as our client. */
export interface TokenEndpoint {
  readonly url: string;
  readonly clientId: string;
  readonly faults: ProviderFaults;
}

/**
 * The token endpoint's answer to a form.
 * @throws DomainError unavailable when it gives none or refuses our client, forbidden when it refuses the form.
 */
export async function askForTokens(
  endpoint: TokenEndpoint,
  body: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { status, text } = await post(endpoint, headers, body);
  const failure = failureOf(endpoint, status, text);
  if (failure) throw failure;
  endpoint.faults.fine('client');
  return text;
}

async function post({ url, faults }: TokenEndpoint, more: Record<string, string>, body: string) {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  try {
    // The signal ends the reading of the body, too.
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { ...more, ...form };
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    return { status: response.status, text: await textOf(response) };
  } catch (error) {
    throw faults.failed('client', faults.unreachable(url, error, causesOf(error)));
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('The answer of the token endpoint is too long.');
  }
  return Buffer.concat(chunks).toString();
}

function failureOf(endpoint: TokenEndpoint, status: number, text: string): DomainError | undefined {
  if (status < 300) return undefined;
  const { url, faults } = endpoint;
  if (status >= 500)
    return faults.failed(
      'client',
      new ProviderFault('server_error', `The identity provider answers ${status} at ${url}.`),
    );
  const said = wordsOf(text);
  const isClient = status === 401 || isOfClient(said.error);
  // The synchronisation needs service accounts, and says so; the login does without.
  if (isClient && refusedPartOf(said.error, said.description) !== 'account')
    return faults.failed('client', refusedClient(endpoint, said));
  faults.fine('client');
  // A code that was used or outlived is another one next time; what else it names is how the client is set up.
  const mayPass = said.error === '' || said.error === 'invalid_grant';
  const refused = mayPass ? refusedAnswer : unfitAnswer;
  return refused(`the token endpoint answered ${status} ${said.error} ${said.description}`);
}

/** 401 is both by RFC 6749, 5.2. */
const isOfClient = (error: string): boolean => error === 'invalid_client' || error === 'unauthorized_client';

interface Words {
  readonly error: string;
  readonly description: string;
}

function refusedClient({ url, clientId }: TokenEndpoint, { error, description }: Words): ProviderFault {
  const isSecret = refusedPartOf(error, description) === 'secret';
  const first = isSecret ? 'Copy' : 'Check that APIKM_OIDC_CLIENT_ID is an enabled client, copy';
  return new ProviderFault(
    'invalid_client',
    `invalid_client: the identity provider refuses the client ${JSON.stringify(clientId)} at ${url} (${error} ${description}). ${first} its secret (Clients, Credentials) to APIKM_OIDC_CLIENT_SECRET, and restart.`,
  );
}

function wordsOf(text: string): Words {
  try {
    const answer = JSON.parse(text) as { error?: unknown; error_description?: unknown } | null;
    return { error: word(answer?.error), description: word(answer?.error_description) };
  } catch {
    return { error: '', description: '' };
  }
}

const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

/** @throws DomainError when the answer is not tokens: the strategy reads it without looking at its shape first. */
export function idTokenOf(text: string): string {
  const answer = JSON.parse(text) as { access_token?: unknown; id_token?: unknown } | null;
  if (typeof answer?.access_token !== 'string' || typeof answer.id_token !== 'string')
    throw refusedAnswer('There are no tokens in the answer of the token endpoint.');
  decodeJwt(answer.id_token);
  return answer.id_token;
}
