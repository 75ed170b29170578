import { DomainError } from '../platform/domain-error.js';

/** A login that ends here, with a sentence for the person. */
export const refusedLogin = (sentence: string, cause?: unknown): DomainError =>
  new DomainError('forbidden', 'LOGIN_REFUSED', sentence, { cause });

export const refusedAnswer = (cause?: unknown): DomainError =>
  refusedLogin('The answer of the identity provider was not accepted. Start the login again.', cause);

export const notPending = (): DomainError =>
  refusedLogin('This login is not pending here, or took too long. Start it again.');

/** An answer to a login that was begun here, but is not pending in this browser: no longer, or never. */
export class LoginNotPending extends Error {
  constructor(
    readonly returnTo: string,
    /** It was begun because another one was not pending either. */
    readonly isSecondTry: boolean,
    /** It was answered once already. */
    readonly wasUsed: boolean,
  ) {
    super('This login is not pending in this browser.');
    this.name = 'LoginNotPending';
  }
}
