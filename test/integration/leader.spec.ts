import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { LeaderLock } from '../../src/database/leader-lock.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { Clock } from '../../src/platform/clock.js';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { waitFor } from '../support/wait-for.js';

const INTERVAL_SECONDS = 4;
const LOCK = 4_270_002;

/** Two replicas on one PostgreSQL; each has a Keycloak of its own, which tells who reads. */
describe('of two replicas', () => {
  let replicas: [TestServer, TestServer] | undefined;
  let database: pg.Client;
  let key: string;
  let url: string;
  beforeEach(async () => {
    url = await freshDatabaseUrl();
    const settings = { APIKM_DATABASE_URL: url, APIKM_KEYCLOAK_SYNC_FREQ: String(INTERVAL_SECONDS) };
    database = new pg.Client({ connectionString: url });
    await database.connect();
    const first = await TestServer.start(settings);
    ({ key } = await first.createKey());
    await until(async () => (await leaders()).length === 1);
    replicas = [first, await TestServer.start(settings)];
  });
  afterEach(async () => {
    for (const replica of replicas!) await replica.stop();
    await database.end();
  });

  const leaders = () => sessions({ granted: true });

  /** Those that hold the lock, or those that wait for it. */
  async function sessions({ granted }: { granted: boolean }): Promise<number[]> {
    const theirs = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted = $1 AND objid::bigint = ${LOCK}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return (await database.query<{ pid: number }>(theirs, [granted])).rows.map(({ pid }) => pid);
  }

  async function until(
    holds: () => Promise<boolean> | boolean,
    seconds = 2 * INTERVAL_SECONDS,
  ): Promise<void> {
    const startedAt = performance.now();
    while (!(await holds())) {
      if (performance.now() - startedAt > seconds * 1000) throw new Error(`not within ${seconds} s`);
      for (const { clock } of replicas ?? [])
        clock.advance(Math.max(0, (Date.now() - clock.millis()) / 1000));
      await pause(50);
    }
  }

  const reads = (index: 0 | 1) => replicas![index].keycloak.reads.made;

  it('one alone synchronises', async () => {
    const [mine, others] = [reads(0), reads(1)];
    await until(() => reads(0) > mine);
    expect(reads(1)).toBe(others);
  });

  it('the other takes over within two intervals when the first ends, and its changes are seen', async () => {
    const others = reads(1);
    await replicas![0].stop();
    await until(() => reads(1) > others);
    for (const person of replicas![1].keycloak.people.values()) person.enabled = false;
    await until(async () => (await replicas![1].check(key)).status === 403);
  });

  it('the other takes over when the first has lost its connection', async () => {
    const [pid] = await leaders();
    await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(async () => (await leaders()).some((other) => other !== pid));
  });

  it('the lock is taken from one that holds it and shows no life', async () => {
    const [pid] = await leaders();
    const frozen = new pg.Client({ connectionString: url });
    frozen.on('error', () => {});
    await frozen.connect();
    // As if that process had stopped in the middle of leading.
    const waiting = frozen.query(`SELECT pg_advisory_lock(${LOCK})`);
    // Only who waits already gets it before the replicas, which ask again and don't wait.
    await until(async () => (await sessions({ granted: false })).length === 1);
    await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await waiting;
    const { rows } = await frozen.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const frozenPid = rows[0]!.pid;
    expect(await leaders()).toEqual([frozenPid]);
    await frozen.query({ text: `UPDATE leader_beats SET beat_at = now()` });
    await until(async () => {
      const [now] = await leaders();
      return now !== undefined && now !== frozenPid;
    });
    await frozen.end().catch(() => {});
  });
});

it('of one that many ask at once there is one connection, and with it the lead is gone', async () => {
  const url = await freshDatabaseUrl();
  const { database } = parseConfig({ APIKM_DATABASE_URL: url });
  await (await openDatabase(database, ENTITIES, () => {})).source.destroy();
  const lock = new LeaderLock(database, new Clock());
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    expect(await Promise.all([lock.lead(), lock.lead(), lock.lead()])).toEqual([true, true, true]);
    const ended = await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    expect(ended.rowCount).toBe(1);
    await waitFor(() => !lock.leads);
  } finally {
    lock.beforeApplicationShutdown();
    await other.end();
  }
});
