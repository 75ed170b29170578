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

/** An expected refusal: `code` is a stable upper-case word, `message` a sentence that says what to do. */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: DomainErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'DomainError';
  }
}
