import type { PostgresConfig, PostgresServer } from '../config/config.js';
import { CONNECT_TIMEOUT_MS } from './data-source-options.js';
import { clientOptions, DatabaseClient } from './database-client.js';

const SETTINGS = `SELECT current_setting('DateStyle') AS "DateStyle", current_setting('TimeZone') AS "TimeZone",
  current_setting('standard_conforming_strings') AS "standard_conforming_strings"`;
const NEEDED: Readonly<Record<string, RegExp>> = {
  DateStyle: /^ISO\b/,
  TimeZone: /^(?:UTC|Etc\/UTC)$/,
  standard_conforming_strings: /^on$/,
};
const PID = 'SELECT pg_backend_pid() AS pid';

/**
 * Whether a connection is what everything here relies on: dates that can be read, and a session of its own where there
 * is no direct address. @throws Error with what to do
 */
export async function expectSession({ server, direct }: PostgresConfig): Promise<void> {
  await withClient(server, expectSettings);
  if (await sharesSessions(direct)) throw new Error(poolerSentence(server === direct));
}

async function expectSettings(client: DatabaseClient): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(SETTINGS);
  const wrong = Object.entries(NEEDED).find(([name, form]) => !form.test(rows[0]![name]!));
  if (!wrong) return;
  const [name] = wrong;
  throw new Error(
    `Connections to APIKM_DATABASE_URL have ${name} = '${rows[0]![name]}', although each asks for another value: something in between drops it. Set it there, or run: ALTER DATABASE … SET ${name} = ${ALTERNATIVES[name]}.`,
  );
}

const ALTERNATIVES: Readonly<Record<string, string>> = {
  DateStyle: "'ISO, MDY'",
  TimeZone: "'UTC'",
  standard_conforming_strings: 'on',
};

const poolerSentence = (isMain: boolean): string =>
  isMain
    ? 'APIKM_DATABASE_URL leads to a connection pooler in transaction mode: set APIKM_DATABASE_DIRECT_URL to the address of PostgreSQL itself, for LISTEN, locks and migrations.'
    : 'APIKM_DATABASE_DIRECT_URL leads to a connection pooler in transaction mode, too: it must be the address of PostgreSQL itself.';

/**
 * Whether another client may get our session between two statements. A pooler hands out process ids of its own; it pools
 * by transaction when a second client's transaction gets the process that the first one just had, or drives it from it.
 */
function sharesSessions(server: PostgresServer): Promise<boolean> {
  return withClient(server, async (client) => {
    const before = await pidOf(client);
    if (before === (client as unknown as { processID: number }).processID) return false;
    return withClient(server, async (other) => {
      await other.query('BEGIN');
      if ((await pidOf(other)) === before) return true;
      return (await pidOf(client)) !== before;
    });
  });
}

async function pidOf(client: DatabaseClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(PID);
  return rows[0]!.pid;
}

async function withClient<T>(
  server: PostgresServer,
  work: (client: DatabaseClient) => Promise<T>,
): Promise<T> {
  const options = { ...clientOptions(server, CONNECT_TIMEOUT_MS), query_timeout: CONNECT_TIMEOUT_MS };
  const client = new DatabaseClient(options);
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.end().catch(() => {});
  }
}
