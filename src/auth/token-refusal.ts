import { decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { JWTPayload } from 'jose';

/** Why a token is refused. */
export type TokenFault = keyof typeof SENTENCES;

/** What whoever sent it is told. */
const SENTENCES = {
  expired: 'The token has expired: log in again.',
  not_yet: 'The token is not valid yet: a clock is wrong.',
  issuer: 'The token was issued by another provider or realm.',
  audience: 'The token was issued for another client.',
  unknown_key: 'The token is signed with a key that the identity provider does not publish.',
  signature: 'The signature of the token is wrong.',
  algorithm: 'The token is signed with an algorithm that is not allowed here.',
  incomplete: 'The token lacks a required claim.',
  kind: 'This is not an access token (perhaps an ID token). Send the access token.',
  malformed: 'This is not a token of the identity provider.',
};

export const TOKEN_FAULTS = Object.keys(SENTENCES);

/** The message is for the log: which claim, with both values, and never the token. */
export class TokenRefused extends Error {
  constructor(
    readonly fault: TokenFault,
    detail: string,
    readonly sentence: string = SENTENCES[fault],
  ) {
    super(detail);
    this.name = 'TokenRefused';
  }

  /** The provider may have changed meanwhile. */
  get isMismatch(): boolean {
    return this.fault === 'issuer' || this.fault === 'unknown_key';
  }
}

/** What the token was held against. */
export interface Expected {
  readonly issuer: string;
  readonly audience?: string;
  readonly now: Date;
  readonly keysUrl: string;
}

const LONGEST = 200;
/** A claim as the log shows it: whoever signed it, it is a stranger's text. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, LONGEST);

/** @returns undefined for what says nothing of the token. */
export function refusalOf(error: unknown, token: string, expected: Expected): TokenRefused | undefined {
  if (!(error instanceof errors.JOSEError)) return undefined;
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return ofClaim(error.claim, error.payload, expected);
  const { code, message } = error;
  if (OF_KEYS.includes(code)) return ofUnknownKey(token, expected);
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
    return new TokenRefused('signature', `not signed with the key of ${expected.keysUrl} that it names`);
  return OF_ALGORITHM.includes(code) ? ofAlgorithm(token) : new TokenRefused('malformed', message);
}

const OF_KEYS = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'];
const OF_ALGORITHM = ['ERR_JOSE_ALG_NOT_ALLOWED', 'ERR_JOSE_NOT_SUPPORTED'];

function ofAlgorithm(token: string): TokenRefused {
  const { alg } = decodeProtectedHeader(token);
  return new TokenRefused('algorithm', `alg is ${shown(alg)}, which is not allowed here`);
}

function ofClaim(claim: string, payload: JWTPayload, expected: Expected): TokenRefused {
  const value = payload[claim];
  if (value === undefined || value === null) return new TokenRefused('incomplete', `${claim} is missing`);
  if (claim === 'iss')
    return new TokenRefused('issuer', `iss is ${shown(value)}, expected ${shown(expected.issuer)}`);
  if (claim === 'aud') return foreignAudience(payload, expected.audience ?? '');
  if (['exp', 'nbf', 'iat'].includes(claim)) return ofTime(claim, value, expected.now);
  return new TokenRefused('malformed', `${claim} is ${shown(value)}`);
}

export function foreignAudience({ aud, azp }: JWTPayload, clientId: string): TokenRefused {
  return new TokenRefused(
    'audience',
    `aud is ${shown(aud)} and azp ${shown(azp)}, expected ${shown(clientId)} in one of them`,
  );
}

function ofTime(claim: string, value: unknown, now: Date): TokenRefused {
  const isLater = typeof value === 'number' && value * 1000 > now.getTime();
  const detail = `${claim} is ${instant(value)}, and it is ${now.toISOString()} here`;
  return new TokenRefused(isLater ? 'not_yet' : 'expired', detail);
}

/** A claim in seconds as a time, or as it stands where it is none. */
export function instant(value: unknown): string {
  const time = new Date(typeof value === 'number' ? value * 1000 : NaN);
  return Number.isNaN(time.getTime()) ? shown(value) : time.toISOString();
}

/** A token of another realm is signed with keys that ours doesn't have: its own word says more than the key's id. */
function ofUnknownKey(token: string, { issuer, keysUrl }: Expected): TokenRefused {
  const { iss } = decodeJwt(token);
  if (iss !== issuer) return new TokenRefused('issuer', `iss is ${shown(iss)}, expected ${shown(issuer)}`);
  const { kid } = decodeProtectedHeader(token);
  return new TokenRefused('unknown_key', `kid is ${shown(kid)}, which is not among the keys of ${keysUrl}`);
}
