/** Asked by gateways, about somebody else's request: its Origin and its body are no business of ours. */
export const FORWARD_AUTH = /^\/v1\/forward-auth(?:[/?]|$)/;

/** Asked by machines, millions of times. */
export const VERIFICATION = /^\/(?:auth\/check_key|v1\/verify|v1\/forward-auth)(?:[/?]|$)/;

/** The embedded identity provider, with which this server speaks as well: its pages and its answers to ourselves. */
const EMBEDDED_PROVIDER = /^\/dev-identity(?:\/|$)/;
const PROBES = /^\/health\//;

/**
 * A million verifications and probes a day are of no interest to anybody; refused ones are counted instead, and that
 * keys can't be looked up, or that the service is not ready, is logged once.
 */
export function levelOf(path: string, status: number): 'debug' | 'info' | 'error' {
  const isAsked = VERIFICATION.test(path) || PROBES.test(path);
  if (status >= 500 && !(status === 503 && isAsked)) return 'error';
  return isAsked || EMBEDDED_PROVIDER.test(path) ? 'debug' : 'info';
}
