import { decodeJwt, errors } from 'jose';
import type { Config } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import { refusedPartOf } from '../platform/refused-client.js';
import type { RefusedPart } from '../platform/refused-client.js';
import type { Answer } from './admin-request.js';
import { isRecord, reasonOf } from './answers.js';
import type { Calls } from './calls.js';
import type { KeycloakError } from './keycloak-error.js';

const TIMEOUT_MS = 3000;
/** A token that ends within this time is not used any more. */
const TOKEN_MARGIN_MS = 10_000;
/** Keycloak lets a token live on whose client's secret was changed: only a new one shows that. */
const TOKEN_AGE_MS = 60_000;

/** The token of the service account, one for all who ask at a time. */
export class ServiceToken {
  private token: { readonly value: string; readonly endsAt: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly calls: Calls,
  ) {}

  async current(): Promise<string> {
    const fresh = this.token && this.token.endsAt > this.clock.millis();
    // Not bound to the signal of whoever came first: others wait for the same token.
    this.fetching ??= fresh ? undefined : this.fetch().finally(() => (this.fetching = undefined));
    return this.fetching ?? this.token!.value;
  }

  drop(): void {
    this.token = undefined;
  }

  /** The service account's own id; undefined: its token says none. @throws KeycloakError */
  async subject(): Promise<string | undefined> {
    const token = await this.current();
    try {
      return decodeJwt(token).sub;
    } catch (error) {
      // A token need not be readable to us.
      if (error instanceof errors.JWTInvalid) return undefined;
      throw error;
    }
  }

  private async fetch(): Promise<string> {
    const { endpoint, internalEndpoint = endpoint, realm, clientId, clientSecret } = this.config.oidc;
    const asked = this.clock.millis();
    const url = `${internalEndpoint}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const answer = await this.calls.send(TIMEOUT_MS, undefined, async ({ fetchWithError }, signal) => {
      const init = { method: 'POST', body: new URLSearchParams(form), redirect: 'error', signal } as const;
      return (await fetchWithError(url, init)).json();
    });
    if (answer.status !== 200) throw this.refused(answer, url);
    const { body } = answer;
    if (!isRecord(body) || typeof body.access_token !== 'string')
      throw this.calls.failure('unreadable', 'the token endpoint gave no token');
    const seconds = typeof body.expires_in === 'number' ? body.expires_in : 60;
    const livesMs = Math.min(seconds * 1000 - TOKEN_MARGIN_MS, TOKEN_AGE_MS);
    this.token = { value: body.access_token, endsAt: asked + livesMs };
    return this.token.value;
  }

  private refused({ status, body }: Answer, url: string): KeycloakError {
    const reason = reasonOf(body);
    if (status === 400 || status === 401) {
      const message = `the client id or secret is refused, or service accounts are off${reason}`;
      return this.calls.failure('unauthorized', message, remedyOf(body));
    }
    const remedy = reason.includes('HTTPS required') ? OVER_HTTPS : undefined;
    return this.calls.failure('refused', `no token: ${status}${reason} from ${url}`, remedy);
  }
}

const REMEDIES: Readonly<Record<RefusedPart, string>> = {
  account:
    'Switch "Client authentication" and "Service accounts roles" on in the settings of the client, and see that its account is enabled and has its roles.',
  secret: 'Set APIKM_OIDC_CLIENT_SECRET to what the page of the client shows, and restart.',
  client:
    'Check that APIKM_OIDC_CLIENT_ID is an enabled client of APIKM_OIDC_REALM, with APIKM_OIDC_CLIENT_SECRET, and restart.',
};

const OVER_HTTPS =
  'Set APIKM_OIDC_ENDPOINT to its https address, or lower "Require SSL" of the realm to what your network needs.';

function remedyOf(body: unknown): string {
  const { error, error_description: description } = isRecord(body) ? body : {};
  return REMEDIES[refusedPartOf(String(error), String(description))];
}
