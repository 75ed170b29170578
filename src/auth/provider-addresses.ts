import type { OidcConfig } from '../config/config.js';

type Places = Pick<OidcConfig, 'endpoint' | 'internalEndpoint'>;

/** What the provider says of itself, as far as it is used here. */
export interface Metadata {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint?: string;
  readonly authorization_response_iss_parameter_supported?: boolean;
}

/**
 * The provider's addresses, each as whoever uses it reaches it: browsers and the issuer are public, tokens and keys are
 * asked for at the internal endpoint. Keycloak names one kind or the other, as its hostname is set.
 */
export function addressesFor(read: Metadata, places: Places): Metadata {
  const { endpoint, internalEndpoint } = places;
  if (internalEndpoint === undefined) return read;
  const publicly = (url: string): string => rebased(url, [internalEndpoint], endpoint);
  const issuer = publicly(read.issuer);
  const bases = [endpoint, issuer.replace(/\/realms\/[^/]+$/, '')];
  const internally = (url: string): string => rebased(url, bases, internalEndpoint);
  return {
    ...read,
    issuer,
    jwks_uri: internally(read.jwks_uri),
    authorization_endpoint: publicly(read.authorization_endpoint),
    token_endpoint: internally(read.token_endpoint),
    end_session_endpoint: read.end_session_endpoint && publicly(read.end_session_endpoint),
  };
}

/** Where the discovery document is. */
export function discoveryUrl({ endpoint, internalEndpoint = endpoint, realm }: OidcConfig): string {
  return `${internalEndpoint}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
}

function rebased(url: string, from: readonly string[], to: string): string {
  // An internal address may begin like the public one: what is right already stays.
  if (url.startsWith(`${to}/`)) return url;
  const base = from.find((one) => url.startsWith(`${one}/`));
  return base === undefined ? url : to + url.slice(base.length);
}
