import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import type { SessionData } from 'express-session';
import type { DataSource } from 'typeorm';
import { poolOf } from '../database/pool-of.js';

type Done = (error?: unknown) => void;

const PostgresStore = connectPgSimple(session);

/**
 * Sessions in the database. A row is made by `add` alone: express-session saves at the end of a request what it
 * loaded at its begin, and an upsert would bring back a session that was ended in between.
 */
export class SessionStore extends PostgresStore {
  constructor(
    private readonly source: DataSource,
    warn: (message: string) => void,
  ) {
    super({
      pool: poolOf(source),
      tableName: 'sessions',
      // One replica removes what has expired, for all (see ExpiredSessions).
      pruneSessionInterval: false,
      errorLog: (message: unknown) => warn(String(message)),
    });
  }

  add(id: string, data: SessionData, done: Done): void {
    super.set(id, data, done);
  }

  override set(id: string, data: SessionData, done: Done = () => {}): void {
    this.source
      .query('UPDATE sessions SET sess = $1, expire = $2 WHERE sid = $3', [
        JSON.stringify(data),
        data.cookie.expires,
        id,
      ])
      .then(() => done(), done);
  }
}
