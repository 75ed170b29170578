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
    'A key stands in what you wrote, where others could read it. Take it out; if others have seen it, revoke it.',
  );
}
