import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** The pool beneath the ORM, for a library that writes its own SQL. */
export const poolOf = (source: DataSource): pg.Pool =>
  (source.driver as unknown as { master: pg.Pool }).master;
