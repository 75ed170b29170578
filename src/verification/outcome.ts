import { Injectable } from '@nestjs/common';
import type { ParsedLimits } from '../api-keys/limits.js';
import type { KeySnapshot } from '../key-lookup/snapshot.js';
import { Services } from '../services/services.js';

export type Key = KeySnapshot<ParsedLimits>;

export type Outcome = Accepted | Refused;

export interface Accepted {
  readonly valid: true;
  readonly key: Key;
}

export interface Refused {
  readonly valid: false;
  readonly code: RefusalCode;
  /** Where a limit was reached: when it may be tried again, and the limit as the predecessor prints one. */
  readonly rate?: { readonly retryAfterSeconds: number; readonly label: string };
}

/** What becomes of a request, for everybody who tells it. */
export type Kind = 'valid' | 'unauthenticated' | 'notAllowed' | 'limited' | 'undecided';

/** By the request itself, by the look-up, by `decide` in the contract's order, by the key's own rate. */
export type RefusalCode =
  | 'BLOCKED'
  | 'INVALID_REQUIREMENT'
  | 'MISSING'
  | 'AMBIGUOUS'
  | 'MALFORMED'
  | 'UNKNOWN'
  | 'LOOKUP_UNAVAILABLE'
  | DecidedCode
  | 'RATE_LIMITED';

export type DecidedCode =
  | 'REVOKED'
  | 'DISABLED'
  | 'EXPIRED'
  | 'OWNER_DISABLED'
  | 'RIGHTS_TOO_OLD'
  | 'URL_NOT_ALLOWED'
  | 'CONTEXT_REQUIRED'
  | 'IP_NOT_ALLOWED'
  | 'REFERER_NOT_ALLOWED'
  | 'METHOD_NOT_ALLOWED'
  | 'AUDIENCE_NOT_ALLOWED'
  | 'INSUFFICIENT_RIGHTS';

interface KindMeaning {
  /** At a gateway; its title is HTTP's. */
  readonly status: 200 | 401 | 403 | 429 | 503;
  /** Of check_key, which knows one refusal of keys. */
  readonly legacyStatus: 200 | 403 | 429 | 503;
  /** Whether the answer says by which schemes a key may be sent. */
  readonly challenges: boolean;
}

export const KINDS: Readonly<Record<Kind, KindMeaning>> = {
  valid: { status: 200, legacyStatus: 200, challenges: false },
  unauthenticated: { status: 401, legacyStatus: 403, challenges: true },
  notAllowed: { status: 403, legacyStatus: 403, challenges: false },
  limited: { status: 429, legacyStatus: 429, challenges: false },
  undecided: { status: 503, legacyStatus: 503, challenges: false },
};

interface Meaning {
  readonly kind: Kind;
  /** What a stranger may know: which of INVALID_KEY it was would tell whoever tries keys that one exists. */
  readonly publicCode: string;
  /** For whoever stands at a gateway. */
  readonly sentence: string;
  /** The `detail` of check_key; of 'limited' the limit's label follows. */
  readonly legacyDetail: string;
  readonly retryAfterSeconds?: number;
}

const SEND_A_KEY =
  'Send a valid API key: in x-api-key, as Bearer, as Basic, as ?api-key= or as /k/KEY/ in front of the path.';
const UNDECIDED = 'The API key cannot be verified at the moment. Try again in a moment.';
/** The sentences that the predecessor's clients know. */
export const LEGACY_REFUSED = 'Wrong, revoked, or expired API key.';
const LEGACY_MISSING = 'An API key must be passed as query or header';

const none = (publicCode: string, legacyDetail = LEGACY_REFUSED): Meaning => ({
  kind: 'unauthenticated',
  publicCode,
  sentence: SEND_A_KEY,
  legacyDetail,
});
/** The key is no good anywhere, and not only for this request. */
const INVALID: Meaning = {
  ...none('INVALID_KEY'),
  sentence: 'The API key is wrong, revoked or expired.',
};
const notHere = (publicCode: string): Meaning => ({
  kind: 'notAllowed',
  publicCode,
  sentence: 'The API key is not valid for this request.',
  legacyDetail: LEGACY_REFUSED,
});
const LIMITED: Meaning = {
  kind: 'limited',
  publicCode: 'RATE_LIMITED',
  sentence: 'Too many requests. Try again later.',
  legacyDetail: 'Rate limit exceeded',
};
/** Says nothing about the key: whoever asked has to ask again. */
const undecided = (publicCode: string, legacyDetail: string, retryAfterSeconds: number): Meaning => ({
  kind: 'undecided',
  publicCode,
  sentence: UNDECIDED,
  legacyDetail,
  retryAfterSeconds,
});

/** What each outcome means: every answer, metric and explanation reads it here. One that is missing doesn't compile. */
export const OUTCOMES: Readonly<Record<RefusalCode | 'VALID', Meaning>> = {
  VALID: { kind: 'valid', publicCode: 'VALID', sentence: 'The API key is valid.', legacyDetail: '' },
  BLOCKED: LIMITED,
  INVALID_REQUIREMENT: notHere('INVALID_REQUIREMENT'),
  MISSING: none('MISSING', LEGACY_MISSING),
  AMBIGUOUS: none('AMBIGUOUS'),
  MALFORMED: INVALID,
  UNKNOWN: INVALID,
  LOOKUP_UNAVAILABLE: undecided(
    'LOOKUP_UNAVAILABLE',
    'The key cannot be looked up at the moment. Try again in a moment.',
    1,
  ),
  REVOKED: INVALID,
  DISABLED: INVALID,
  EXPIRED: INVALID,
  OWNER_DISABLED: INVALID,
  RIGHTS_TOO_OLD: undecided(
    'RIGHTS_TOO_OLD',
    'The rights of the owner have not been confirmed for too long. Try again in a moment.',
    30,
  ),
  URL_NOT_ALLOWED: notHere('URL_NOT_ALLOWED'),
  CONTEXT_REQUIRED: notHere('CONTEXT_REQUIRED'),
  IP_NOT_ALLOWED: notHere('IP_NOT_ALLOWED'),
  REFERER_NOT_ALLOWED: notHere('REFERER_NOT_ALLOWED'),
  METHOD_NOT_ALLOWED: notHere('METHOD_NOT_ALLOWED'),
  AUDIENCE_NOT_ALLOWED: notHere('AUDIENCE_NOT_ALLOWED'),
  INSUFFICIENT_RIGHTS: notHere('INSUFFICIENT_RIGHTS'),
  RATE_LIMITED: LIMITED,
};

/** Whether the key is no good anywhere. */
export const isInvalid = (code: RefusalCode): boolean => OUTCOMES[code] === INVALID;

/** Seconds until it is worth another try; undefined: at any time. */
export const retryAfterOf = ({ code, rate }: Refused): number | undefined =>
  rate?.retryAfterSeconds ?? OUTCOMES[code].retryAfterSeconds;

/** Why, for whoever stands at a gateway; the service that was asked for is named where the catalogue knows it. */
@Injectable()
export class Sentences {
  constructor(private readonly services: Services) {}

  of(code: RefusalCode, audience: string | undefined): string {
    const title = audience === undefined ? null : this.services.titleOf(audience);
    if (title === null) return OUTCOMES[code].sentence;
    if (code === 'AUDIENCE_NOT_ALLOWED') return `The API key is not for ${title}.`;
    return `${OUTCOMES[code].sentence} (${title})`;
  }
}
