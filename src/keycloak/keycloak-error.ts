/** `down`: not even asked, since it failed again and again just before. `refused`: a status that nobody expects. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

export const FAILURE_KINDS = [
  'unreachable',
  'timeout',
  'throttled',
  'server-error',
  'unreadable',
  'unauthorized',
  'refused',
  'down',
] as const;

/** Keycloak gave no answer that can be trusted; the person may well exist. */
export class KeycloakError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    cause?: unknown,
    /** What mends it, where more is known than the kind. */
    readonly remedy?: string,
  ) {
    super(`Keycloak: ${message}`, { cause });
    this.name = 'KeycloakError';
  }

  /** What it comes from: not to be asked is a matter of the failure before. */
  get origin(): KeycloakError {
    return this.cause instanceof KeycloakError ? this.cause : this;
  }
}

const OF_ONE: readonly FailureKind[] = ['timeout', 'server-error', 'unreadable'];

/** One person's request alone may meet it: it takes another one to tell whether Keycloak itself is unwell. */
export const mayBeOne = (error: unknown): boolean =>
  error instanceof KeycloakError && OF_ONE.includes(error.kind);
