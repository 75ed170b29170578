import { DomainError } from '../platform/domain-error.js';
import type { Said } from '../platform/failure-texts/en.js';

/** A login that ends here, with a sentence for the person. */
const refusedLogin = (sentence: Said, cause?: unknown): DomainError =>
  new DomainError('forbidden', 'LOGIN_REFUSED', sentence, { cause });

export const refusedAnswer = (cause?: unknown): DomainError =>
  refusedLogin(({ login }) => login.answerRefused, cause);

/** As the provider is set up, the next login would end like this one. */
export const unfitAnswer = (cause: unknown): DomainError =>
  refusedLogin(({ login }) => login.answerUnfit, cause);

export const notPending = (): DomainError => refusedLogin(({ login }) => login.notPending);

export const clocksDiffer = (cause: unknown): DomainError =>
  refusedLogin(({ login }) => login.clocksDiffer, cause);

/** What the provider said instead of logging somebody in, as in RFC 6749, 4.1.2.1. */
export interface ProviderError {
  readonly error: string;
  readonly description: string | undefined;
}

/** A word such as `access_denied`; anything longer is somebody's own text, made to be shown under our name. */
const ERROR_WORD = /^[\w.-]{1,64}$/;
const LONGEST_DESCRIPTION = 200;
/** What the provider has against our request: the next one would be the same. From RFC 6749, 4.1.2.1. */
const OF_OUR_REQUEST: ReadonlySet<string> = new Set([
  ...['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'],
]);

/** @param isProven the answer is one to a login that was begun in this browser. */
export function refusedByProvider(
  { error, description }: ProviderError,
  { isProven }: { isProven: boolean },
): DomainError {
  const named = ERROR_WORD.test(error) ? error : '';
  const told = isProven && named && description ? ` (${plain(description)})` : '';
  const isOurs = isProven && OF_OUR_REQUEST.has(error);
  return refusedLogin(
    ({ login }) => (isOurs ? login.refusedRequest : login.refused)(named + told),
    `the identity provider answered ${JSON.stringify(error)}: ${plain(description ?? 'no description')}`,
  );
}

const plain = (text: string): string =>
  text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, LONGEST_DESCRIPTION);

/** Keycloak's login page was open for too long: its documentation asks to begin again. */
export const hasOutlivedItsPage = ({ error, description }: ProviderError): boolean =>
  error === 'temporarily_unavailable' && description === 'authentication_expired';

/** The same failure, with the page that the login was to lead to. */
export function leadingTo(returnTo: string, error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const { kind, code, sentence, details } = error;
  return new DomainError(kind, code, sentence, { ...details, returnTo });
}

/** An answer to a login that was begun here, but is not pending in this browser: no longer, or never. */
export class LoginNotPending extends Error {
  constructor(
    readonly returnTo: string,
    /** It was begun because another one was not pending either. */
    readonly isSecondTry: boolean,
    /** It was answered once already. */
    readonly wasUsed: boolean,
    /** What the provider said instead of logging somebody in, if that. */
    readonly answer?: ProviderError,
  ) {
    super('This login has expired or was started in another browser.');
    this.name = 'LoginNotPending';
  }

  answeredBy(answer: ProviderError): LoginNotPending {
    return new LoginNotPending(this.returnTo, this.isSecondTry, this.wasUsed, answer);
  }
}

/** A login that the provider asks to begin again. */
export class LoginOutlived extends Error {
  constructor(
    readonly returnTo: string,
    readonly isSecondTry: boolean,
    readonly answer: ProviderError,
  ) {
    super('The login page of the identity provider was open for too long.');
    this.name = 'LoginOutlived';
  }
}
