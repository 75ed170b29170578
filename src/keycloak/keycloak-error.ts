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
  ) {
    super(`Keycloak: ${message}`, { cause });
    this.name = 'KeycloakError';
  }
}

const OF_ONE: readonly FailureKind[] = ['timeout', 'server-error', 'unreadable'];

/** One person's request alone may meet it: it takes another one to tell whether Keycloak itself is unwell. */
export const mayBeOne = (error: unknown): boolean =>
  error instanceof KeycloakError && OF_ONE.includes(error.kind);
