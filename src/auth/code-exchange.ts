type Parameters = Record<string, string>;
type Done = (error: { statusCode: number; data?: string } | null, text?: string) => void;
type TokensDone = (error: Error | { statusCode: number; data?: unknown }, ...tokens: unknown[]) => unknown;

/** What the strategy uses of its OAuth2 client, which it calls protected: subclasses may. */
interface OAuth2 {
  getOAuthAccessToken(code: string, parameters: Parameters, done: TokensDone): void;
}

interface Exchange {
  /** Asks for the tokens, and proves them before the strategy reads a word of them. */
  readonly ask: (body: string, headers: Parameters) => Promise<string>;
  readonly codeVerifier: string;
  readonly failed: (error: unknown) => void;
}

/**
 * The strategy's OAuth2 client for one exchange: it sends this login's PKCE verifier along, and whatever happens
 * (no answer, one that drips, one that nobody can read) ends in `done` or in `failed`, in time and without a throw
 * that nobody catches.
 */
export function forOneExchange<T extends OAuth2>(client: T, { ask, codeVerifier, failed }: Exchange): T {
  const request = (
    _method: string,
    _url: string,
    headers: Parameters,
    body: string,
    _token: null,
    done: Done,
  ) =>
    void ask(body, headers)
      .then((text) => done(null, text))
      .catch(failed);
  const exchange: OAuth2['getOAuthAccessToken'] = function (this: T, code, parameters, done) {
    client.getOAuthAccessToken.call(this, code, { ...parameters, code_verifier: codeVerifier }, done);
  };
  return Object.assign(Object.create(client) as T, { _request: request, getOAuthAccessToken: exchange });
}
