import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { cookieSecrets } from './cookie-secrets.js';
import { LoginCookies } from './login-cookies.js';
import { LoginNotPending, notPending } from './login-refusal.js';
import { Seal } from './seal.js';
import { UsedLogins } from './used-logins.js';

/** Tabs that a person may have waiting at the provider. */
const MOST_PENDING = 10;
const PENDING_MS = 15 * 60_000;
const STATE = 'state';

/** What a login is begun with. */
export interface LoginWish {
  readonly returnTo: string;
  readonly isSecondTry: boolean;
}

/** What `state` says to us. The return target stands here alone: ten cookies of 2,000 characters would fill any header. */
interface State extends LoginWish {
  readonly id: string;
}

/** What the cookie of a login says to us. */
interface Secrets {
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly startedAt: number;
}

export type PendingLogin = Secrets & LoginWish;

/**
 * The state store of the strategy. A login that waits for the provider is kept by the browser alone, sealed in a
 * cookie of its own: a stranger costs no row, tabs don't overwrite each other, and no session is written meanwhile.
 */
@Injectable()
export class PendingLogins {
  private readonly seal: Seal;
  private readonly cookies: LoginCookies;
  private readonly used = new UsedLogins(PENDING_MS);
  private readonly taken = new WeakMap<Request, PendingLogin>();

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.seal = new Seal(cookieSecrets(config), 'pending login');
    this.cookies = new LoginCookies(config.http.publicUrl, PENDING_MS);
  }

  /** Called by the strategy with the nonce it made, when it sends the browser away; gives `state`. */
  store(
    req: Request,
    { nonce }: { nonce?: string },
    { returnTo, isSecondTry, codeVerifier }: LoginWish & { codeVerifier: string },
    _meta: unknown,
    done: (error: Error | null, state?: string) => void,
  ): void {
    this.makeRoom(req);
    const id = randomBytes(12).toString('base64url');
    const secrets = { nonce, codeVerifier, startedAt: this.clock.millis() };
    this.cookies.set(req, id, this.seal.close(id, secrets));
    done(null, this.seal.close(STATE, { id, returnTo, isSecondTry }));
  }

  /**
   * The login that `state` answers; used up by the first try, whatever becomes of it.
   * @throws LoginNotPending, or DomainError when the state is none of ours.
   */
  take(req: Request, state: string): PendingLogin {
    const { id, returnTo, isSecondTry } = this.seal.open<State>(STATE, state) ?? refuse();
    const cookie = this.cookies.of(req).get(id);
    if (cookie !== undefined) this.cookies.clear(req, id);
    const secrets = cookie === undefined ? undefined : this.secretsOf(id, cookie);
    const wasUsed = this.used.has(id);
    if (!secrets || wasUsed) throw new LoginNotPending(returnTo, isSecondTry, wasUsed);
    this.used.add(id, this.clock.millis());
    const pending = { ...secrets, returnTo, isSecondTry };
    this.taken.set(req, pending);
    return pending;
  }

  /** Where the login that `state` answers was to lead; undefined: it is none of ours. */
  returnToOf(state: string): string | undefined {
    return this.seal.open<State>(STATE, state)?.returnTo;
  }

  /** The login that this request took before. @throws DomainError */
  takenBy(req: Request): PendingLogin {
    return this.taken.get(req) ?? refuse();
  }

  /** Called by the strategy before it asks for tokens; gives what the ID token has to carry. */
  verify(
    req: Request,
    _state: string,
    done: (error: Error | null, context?: { nonce: string }, state?: unknown) => void,
  ): void {
    done(null, { nonce: this.takenBy(req).nonce });
  }

  /** undefined: too old, altered, another login's, or without what a login is proven by. */
  private secretsOf(id: string, cookie: string): Secrets | undefined {
    const secrets = this.seal.open<Secrets>(id, cookie);
    if (!secrets?.nonce || !secrets.codeVerifier) return undefined;
    return this.clock.millis() - secrets.startedAt < PENDING_MS ? secrets : undefined;
  }

  private makeRoom(req: Request): void {
    const all = [...this.cookies.of(req)].map(([id, cookie]) => {
      return { id, startedAt: this.secretsOf(id, cookie)?.startedAt ?? 0 };
    });
    const newestFirst = all.sort((one, other) => other.startedAt - one.startedAt);
    const kept = newestFirst.filter(({ startedAt }) => startedAt > 0).slice(0, MOST_PENDING - 1);
    for (const old of newestFirst) if (!kept.includes(old)) this.cookies.clear(req, old.id);
  }
}

function refuse(): never {
  throw notPending();
}
