import { en } from './failure-texts/en.js';
import type { Said } from './failure-texts/en.js';

/** Why a request could not be answered as asked; the error filter maps each kind to one HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unprocessable'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'too-large'
  | 'headers-too-large'
  | 'unsupported'
  | 'throttled'
  | 'unavailable';

export interface DomainErrorDetails {
  /** Seconds; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  /** With 'method-not-allowed': the methods that are. */
  readonly allow?: string;
  /** Body of the predecessor's routes where it is more than a sentence. */
  readonly legacyDetail?: unknown;
  /** Reaches the log, and nobody else. */
  readonly cause?: unknown;
  /** Of a login that failed: the path of our own that it was to lead to. */
  readonly returnTo?: string;
}

/**
 * An expected refusal: `code` is a stable upper-case word, `message` a sentence that says what to do. One that people meet
 * in a browser is given as `Said`, so that they read it in their language; programs are answered in English.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    readonly sentence: string | Said,
    readonly details: DomainErrorDetails = {},
  ) {
    super(typeof sentence === 'string' ? sentence : sentence(en), { cause: details.cause });
    this.name = 'DomainError';
  }
}
