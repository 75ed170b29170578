/** What the identity provider minds about our client: that it has no service account, its secret, or all of it. */
export type Minded = 'account' | 'secret' | 'client';

/**
 * By the provider's own words at its token endpoint. Keycloak calls a wrong secret `unauthorized_client`, and a client that
 * it doesn't know, or that is disabled, `invalid_client`; others call both so (RFC 6749, 5.2).
 */
export function mindedOf(error: string, description: string): Minded {
  if (/service.account/i.test(description)) return 'account';
  return error === 'unauthorized_client' ? 'secret' : 'client';
}
