import { DomainError } from '../platform/domain-error.js';
import { holdsKey } from './key-material.js';

/**
 * What is written about a key, such as its name or config, is read by services, administrators and in the audit: no key
 * may stand there. @throws DomainError invalid
 */
export function refuseKeyInside(written: object, prefixes: readonly string[]): void {
  if (!holdsKey(JSON.stringify(written), prefixes)) return;
  throw new DomainError(
    'invalid',
    'INVALID_REQUEST',
    'Your text contains an API key, which others could read there. Remove it; if others have seen it, revoke the key.',
  );
}
