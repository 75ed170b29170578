import type { JWK } from 'jose';
import { Provider, errors } from 'oidc-provider';
import type { ClientMetadata, Configuration, JWKS, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { MemoryAdapter } from './memory-adapter.js';
import { logoutPage } from './pages.js';
import type { People } from './people.js';

const TOKEN_SECONDS = 3600;
const LOGIN_SECONDS = 8 * 3600;
const SCOPE = 'openid profile email';
/** What access tokens are for; asking for it makes them JWTs, as Keycloak's are. */
const RESOURCE = 'urn:apikeymanager:dev';
const RESOURCE_SERVER = {
  scope: SCOPE,
  audience: 'account',
  accessTokenTTL: TOKEN_SECONDS,
  accessTokenFormat: 'jwt' as const,
  jwt: { sign: { alg: 'RS256' as const } },
};

const AT = '/protocol/openid-connect';
const SHAPE: Configuration = {
  routes: {
    authorization: `${AT}/auth`,
    token: `${AT}/token`,
    jwks: `${AT}/certs`,
    userinfo: `${AT}/userinfo`,
    end_session: `${AT}/logout`,
  },
  scopes: SCOPE.split(' '),
  claims: { openid: ['sub', 'sid'], profile: ['name', 'preferred_username'] },
  ttl: {
    AccessToken: TOKEN_SECONDS,
    ClientCredentials: TOKEN_SECONDS,
    IdToken: TOKEN_SECONDS,
    Interaction: 3600,
    Grant: LOGIN_SECONDS,
    Session: LOGIN_SECONDS,
  },
};
const FEATURES: Configuration['features'] = {
  devInteractions: { enabled: false },
  clientCredentials: { enabled: true },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => void (ctx.body = logoutPage(form)) },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => RESOURCE,
    useGrantedResource: () => true,
    getResourceServerInfo: () => RESOURCE_SERVER,
  },
};

const client = (oidc: Config['oidc'], publicUrl: string): ClientMetadata => ({
  client_id: oidc.clientId,
  client_secret: oidc.clientSecret,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'client_credentials', 'password'],
  redirect_uris: [publicUrl + oidc.redirectPath],
  post_logout_redirect_uris: [`${publicUrl}/`],
  backchannel_logout_uri: `${publicUrl}/auth/backchannel-logout`,
  backchannel_logout_session_required: true,
});

/** The documentation's, which keeps no secret. */
const docsClients = (clientId: string | undefined, publicUrl: string): ClientMetadata[] =>
  clientId === undefined
    ? []
    : [
        {
          client_id: clientId,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code'],
          redirect_uris: [`${publicUrl}/docs/oauth2-redirect.html`],
        },
      ];

/** An OpenID provider whose paths and tokens are shaped as Keycloak's; `loginUrl` leads to the login page. */
export function demoProvider(
  { oidc, http, docs }: Config,
  people: People,
  key: JWK,
  cookieKeys: string[],
  loginUrl: (uid: string) => string,
): Provider {
  const configuration: Configuration = {
    ...SHAPE,
    adapter: MemoryAdapter,
    jwks: { keys: [key] } as JWKS,
    clients: [client(oidc, http.publicUrl), ...docsClients(docs.clientId, http.publicUrl)],
    cookies: { keys: cookieKeys },
    pkce: { required: () => false },
    findAccount: (_ctx, id) => account(people, id),
    interactions: { url: (_ctx, interaction) => loginUrl(interaction.uid) },
    loadExistingGrant: (ctx) => grant(ctx, ctx.oidc.client!.clientId, ctx.oidc.session!.accountId!),
    formats: { customizers: { jwt: (_ctx, token, jwt) => shapeAsKeycloak(people, token, jwt) } },
    features: FEATURES,
  };
  const provider = new Provider(`${oidc.endpoint}/realms/${oidc.realm}`, configuration);
  // The mount tells it by forwarding headers under which name the browser knows it.
  provider.proxy = true;
  provider.registerGrantType('password', (ctx) => passwordGrant(ctx, people), [
    'username',
    'password',
    'scope',
  ]);
  return provider;
}

async function account(people: People, id: string) {
  const person = people.find(id);
  if (!person?.enabled) return undefined;
  const name = `${person.firstName} ${person.lastName}`;
  return { accountId: id, claims: () => ({ sub: id, name, preferred_username: person.login }) };
}

/** Consent is not asked for: there are no clients but this service's own. */
async function grant(ctx: KoaContextWithOIDC, clientId: string, accountId: string) {
  const granted = new ctx.oidc.provider.Grant({ clientId, accountId });
  granted.addOIDCScope(SCOPE);
  granted.addResourceScope(RESOURCE, SCOPE);
  await granted.save();
  return granted;
}

/** A login that can be pasted into a shell; browsers go another way. */
async function passwordGrant(ctx: KoaContextWithOIDC, people: People): Promise<void> {
  const { params, client, provider } = ctx.oidc;
  const person = people.byPassword(params!.username, params!.password);
  if (!person) throw new errors.CustomOIDCProviderError('invalid_grant', 'Invalid user credentials');
  if (!person.enabled) throw new errors.CustomOIDCProviderError('invalid_grant', 'Account disabled');
  const { jti: grantId } = await grant(ctx, client!.clientId, person.id);
  const token = new provider.AccessToken({
    accountId: person.id,
    client: client!,
    grantId,
    gty: 'password',
    scope: SCOPE,
  } as ConstructorParameters<typeof provider.AccessToken>[0]);
  token.resourceServer = new provider.ResourceServer(RESOURCE, RESOURCE_SERVER);
  ctx.oidc.entity('AccessToken', token);
  ctx.body = {
    access_token: await token.save(),
    expires_in: token.expiration,
    token_type: token.tokenType,
    scope: SCOPE,
  };
}

interface Jwt {
  payload: Record<string, unknown>;
}

function shapeAsKeycloak(
  people: People,
  token: { clientId?: string; accountId?: string },
  jwt: Jwt,
): undefined {
  const person = people.find(token.accountId ?? '');
  Object.assign(jwt.payload, { typ: 'Bearer', azp: token.clientId });
  if (person)
    Object.assign(jwt.payload, { preferred_username: person.login, realm_access: { roles: person.roles } });
}
