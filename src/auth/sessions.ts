import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { cookieSecrets } from './cookie-secrets.js';
import { SessionStore } from './session-store.js';

const IDLE_MS = 8 * 3600 * 1000;

export interface Login {
  readonly ownerId: string;
  /** The provider's name for its session, as back-channel logout calls it. */
  readonly sid: string | undefined;
  /** Tells the provider at logout whom to log out, without asking. */
  readonly idToken: string;
}

declare module 'express-session' {
  interface SessionData {
    login: Login;
  }
}

/** Browsers' sessions, kept in the database. Opened only by the routes that need one: verification never does. */
@Injectable()
export class Sessions implements BeforeApplicationShutdown {
  private readonly store: SessionStore;
  private readonly middleware: RequestHandler;
  private readonly secure: boolean;
  private readonly cookieName: string;

  constructor(
    config: Config,
    @InjectDataSource() private readonly source: DataSource,
  ) {
    const logger = new Logger('Sessions');
    this.store = new SessionStore(source, (message) => logger.warn(message));
    this.secure = config.http.publicUrl.startsWith('https:');
    this.cookieName = this.secure ? '__Host-apikm' : 'apikm';
    this.middleware = session({
      store: this.store,
      name: this.cookieName,
      secret: cookieSecrets(config),
      resave: false,
      saveUninitialized: false,
      rolling: true,
      cookie: { secure: this.secure, httpOnly: true, sameSite: 'lax', maxAge: IDLE_MS, path: '/' },
    });
  }

  /** Gives the request its session, `req.session`; a new one is kept only when something is written to it. */
  open(req: Request, res: Response): Promise<void> {
    // A proxy in front ends TLS: what the browser sees is in APIKM_PUBLIC_URL, not in this connection.
    Object.defineProperty(req, 'secure', { value: this.secure, configurable: true });
    return new Promise((resolve, reject) => {
      const opened = (error?: unknown): void => (error ? reject(error as Error) : resolve());
      void this.middleware(req, res, opened);
    });
  }

  carriesCookie(req: Request): boolean {
    return req.headers.cookie?.includes(`${this.cookieName}=`) ?? false;
  }

  /** A new id at login, so that whoever knew the old one has nothing. The only place where a session is made. */
  async logIn(req: Request, login: Login): Promise<void> {
    await settled((done) => req.session.regenerate(done));
    const session = Object.assign(req.session, { login });
    await settled((done) => this.store.add(req.sessionID, session, done));
  }

  async logOut(req: Request, res: Response): Promise<void> {
    await settled((done) => req.session.destroy(done));
    res.clearCookie(this.cookieName, { path: '/', secure: this.secure, httpOnly: true, sameSite: 'lax' });
  }

  /** Ends one session of the provider everywhere, or all of a person. */
  async end({ sid, ownerId }: { sid?: string; ownerId?: string }): Promise<void> {
    const [path, value] = sid === undefined ? ['{login,ownerId}', ownerId] : ['{login,sid}', sid];
    await this.source.query(`DELETE FROM sessions WHERE sess #>> $1::text[] = $2`, [path, value]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

function settled(start: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error as Error) : resolve()));
  });
}
