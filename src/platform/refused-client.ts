/** What of our client the identity provider refuses: its service account, its secret, or all of it. */
export type RefusedPart = 'account' | 'secret' | 'client';

/**
 * By the provider's own words at its token endpoint. Keycloak calls a wrong secret `unauthorized_client`, and a client that
 * it doesn't know, or that is disabled, `invalid_client`; others call both so (RFC 6749, 5.2).
 */
export function refusedPartOf(error: string, description: string): RefusedPart {
  if (/service.account/i.test(description)) return 'account';
  return error === 'unauthorized_client' ? 'secret' : 'client';
}
