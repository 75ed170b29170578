import { decodeJwt } from 'jose';
import { providerAway, TIMEOUT_MS } from './identity-provider.js';
import { refusedAnswer } from './login-refusal.js';

/** A token endpoint's answer is some kilobytes; the largest has a person's thousand roles in it. */
const MOST_BYTES = 1_048_576;

type Done = (error: { statusCode: number; data?: string } | null, text?: string) => void;
type Parameters = Record<string, string>;

type TokensDone = (error: Error | { statusCode: number; data?: unknown }, ...tokens: unknown[]) => unknown;

/** What the strategy uses of its OAuth2 client, which it calls protected: subclasses may. */
interface OAuth2 {
  getOAuthAccessToken(code: string, parameters: Parameters, done: TokensDone): void;
}

/**
 * The strategy's OAuth2 client for one exchange: it sends this login's PKCE verifier along, and whatever happens
 * (no answer, one that drips, one that nobody can read) ends in `done` or in `failed`, in time and without a throw
 * that nobody catches.
 */
export function tokenRequest<T extends OAuth2>(
  client: T,
  codeVerifier: string,
  failed: (error: unknown) => void,
): T {
  const request = (
    _method: string,
    url: string,
    headers: Parameters,
    body: string,
    _token: null,
    done: Done,
  ) =>
    void post(url, headers, body)
      .then(({ status, text }) => {
        if (status >= 300) return done({ statusCode: status, data: text });
        expectTokens(text);
        done(null, text);
      })
      .catch(failed);
  const exchange: OAuth2['getOAuthAccessToken'] = function (this: T, code, parameters, done) {
    client.getOAuthAccessToken.call(this, code, { ...parameters, code_verifier: codeVerifier }, done);
  };
  return Object.assign(Object.create(client) as T, { _request: request, getOAuthAccessToken: exchange });
}

async function post(
  url: string,
  headers: Parameters,
  body: string,
): Promise<{ status: number; text: string }> {
  try {
    // The signal ends the reading of the body, too.
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const accept = { ...headers, Accept: 'application/json' };
    const response = await fetch(url, { method: 'POST', headers: accept, body, signal, redirect: 'manual' });
    const text = await textOf(response);
    if (response.status >= 500) throw new Error(`The token endpoint answered ${response.status}.`);
    return { status: response.status, text };
  } catch (error) {
    throw providerAway(error);
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

/** The strategy reads an answer without looking at its shape first. @throws when it is not tokens. */
function expectTokens(text: string): void {
  const answer = JSON.parse(text) as { access_token?: unknown; id_token?: unknown } | null;
  if (typeof answer?.access_token !== 'string' || typeof answer.id_token !== 'string')
    throw refusedAnswer('There are no tokens in the answer.');
  decodeJwt(answer.id_token);
}
