import type { KeySnapshot, RefusalCode } from './decide.js';

export type Outcome = Accepted | Refused;

export interface Accepted {
  readonly valid: true;
  readonly key: KeySnapshot;
}

export interface Refused {
  readonly valid: false;
  readonly code: RefusalCode | UntoldCode;
  /** With RATE_LIMITED: when the key may be used again, and its limit as the predecessor prints one. */
  readonly rate?: { readonly retryAfterSeconds: number; readonly label: string };
}

export interface Untold {
  readonly sentence: string;
  readonly retryAfterSeconds: number;
}

type UntoldCode = 'RIGHTS_TOO_OLD' | 'LOOKUP_UNAVAILABLE';

/** These say nothing about the key: who asked has to ask again, and the answer is a 503. */
export const UNTOLD: Readonly<Record<UntoldCode, Untold>> = {
  RIGHTS_TOO_OLD: {
    sentence: 'The rights of the owner could not be confirmed for too long. Try again in a moment.',
    retryAfterSeconds: 30,
  },
  LOOKUP_UNAVAILABLE: {
    sentence: 'The key cannot be looked up at the moment. Try again in a moment.',
    retryAfterSeconds: 1,
  },
};

export const isUntold = (code: string): code is UntoldCode => Object.hasOwn(UNTOLD, code);

const LOOK_ALIKE: ReadonlySet<string> = new Set<RefusalCode>([
  'MALFORMED',
  'UNKNOWN',
  'REVOKED',
  'DISABLED',
  'EXPIRED',
  'OWNER_DISABLED',
]);

/** Whether the key is no good anywhere, and not only for this request. */
export const isInvalid = (code: string): boolean => LOOK_ALIKE.has(code);

/** What a stranger may know: which of these it was would tell whoever tries keys that one exists. */
export const publicCode = (code: string): string => (isInvalid(code) ? 'INVALID_KEY' : code);
