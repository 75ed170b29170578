import type { OidcConfig } from './config.js';
import type { SettingsReader } from './settings-reader.js';
import * as values from './values.js';

const EXAMPLES = {
  APIKM_OIDC_ENDPOINT: 'https://sso.example.org',
  APIKM_OIDC_REALM: 'main',
  APIKM_OIDC_CLIENT_ID: 'apikey-manager',
  APIKM_OIDC_CLIENT_SECRET: 'as Keycloak shows it under Credentials',
};
type Needed = keyof typeof EXAMPLES;
const NEEDED = Object.keys(EXAMPLES) as Needed[];
const INTERNAL = 'APIKM_OIDC_INTERNAL_ENDPOINT';

type Provider = Pick<OidcConfig, 'endpoint' | 'internalEndpoint' | 'realm' | 'clientId' | 'clientSecret'>;

/** The embedded provider where none is named, which production doesn't have. */
export function readOidc(read: SettingsReader, production: boolean, publicUrl: string): OidcConfig {
  const embedded = !production && ![...NEEDED, INTERNAL].some((name) => read.given(name));
  const lists = 'a comma list or a JSON list';
  return {
    embedded,
    ...(embedded ? embeddedAt(`${publicUrl}/dev-identity`) : readProvider(read)),
    redirectPath: read.matching(
      'APIKM_OIDC_REDIRECT_PATH',
      /^\/[\w/-]+$/,
      'a path of our own',
      '/auth/callback',
    ),
    attributes: read.as('APIKM_OAUTH2_ATTRIBUTES', values.readList, lists, 'plan,projects') ?? [],
    adminRole: read.text('APIKM_ADMIN_ROLE'),
  };
}

const embeddedAt = (endpoint: string): Provider => ({
  endpoint,
  realm: 'apikeys',
  clientId: 'apikey-manager',
  clientSecret: 'apikey-manager-secret',
});

function readProvider(read: SettingsReader): Provider {
  NEEDED.forEach((name) => read.demand(name, 'the value of your identity provider', EXAMPLES[name]));
  const endpoint = readEndpoint(read, 'APIKM_OIDC_ENDPOINT', EXAMPLES.APIKM_OIDC_ENDPOINT) ?? '';
  return {
    endpoint,
    internalEndpoint: readEndpoint(read, INTERNAL, 'http://keycloak.sso.svc:8080'),
    realm: read.text('APIKM_OIDC_REALM'),
    clientId: read.text('APIKM_OIDC_CLIENT_ID'),
    clientSecret: read.text('APIKM_OIDC_CLIENT_SECRET'),
  };
}

function readEndpoint(read: SettingsReader, name: string, example: string): string | undefined {
  return read.given(name) ? read.as(name, values.readUrl, 'an http(s) URL', example) : undefined;
}
