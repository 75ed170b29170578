import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database of the test's own: in memory, or on the PostgreSQL that the integration run names. */
export async function freshDatabaseUrl(): Promise<string> {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server) return 'pglite:memory';
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server.replace(/\/[^/]+$/, `/${name}`);
}
