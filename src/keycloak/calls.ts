import { request } from './admin-request.js';
import type { Answer, Send } from './admin-request.js';
import { KeycloakError } from './keycloak-error.js';
import type { FailureKind } from './keycloak-error.js';

/** How many requests were made since the start, and how many of them were of no use, by kind. */
export class Calls {
  made = 0;
  readonly failed: Record<string, number> = {};

  async send(timeoutMs: number, signal: AbortSignal | undefined, send: Send): Promise<Answer> {
    this.made += 1;
    try {
      return await request(timeoutMs, signal, send);
    } catch (error) {
      this.count((error as KeycloakError).kind);
      throw error;
    }
  }

  /** To be thrown for an answer that is of no use. */
  failure(kind: FailureKind, message: string, remedy?: string): KeycloakError {
    this.count(kind);
    return new KeycloakError(kind, message, undefined, remedy);
  }

  private count(kind: FailureKind): void {
    this.failed[kind] = (this.failed[kind] ?? 0) + 1;
  }
}
