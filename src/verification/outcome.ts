import type { KeySnapshot, RefusalCode } from './decide.js';

export type Outcome = Accepted | Refused;

export interface Accepted {
  readonly valid: true;
  readonly key: KeySnapshot;
}

export interface Refused {
  readonly valid: false;
  readonly code: RefusalCode;
  /** With RATE_LIMITED: when the key may be used again, and its limit as the predecessor prints one. */
  readonly rate?: { readonly retryAfterSeconds: number; readonly label: string };
}

const LOOK_ALIKE: ReadonlySet<string> = new Set<RefusalCode>([
  'MALFORMED',
  'UNKNOWN',
  'REVOKED',
  'DISABLED',
  'EXPIRED',
  'OWNER_DISABLED',
]);

/** What a stranger may know: which of these it was would tell whoever tries keys that one exists. */
export const publicCode = (code: string): string => (LOOK_ALIKE.has(code) ? 'INVALID_KEY' : code);
