import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { BuiltWorkers } from '../support/built-workers.js';
import { CountedLoad, total } from '../support/counted-load.js';
import type { KnownKey } from '../support/counted-load.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { freePort } from '../support/free-port.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { addOwners } from '../support/many-owners.js';
import { waitFor } from '../support/wait-for.js';
import { lostOf } from '../support/written-counts.js';

const CONNECTIONS = 8;
const LEADER_LOCK = 4_270_002;
const OLD_TABLE = `CREATE TABLE api_tokens (api_key varchar NOT NULL PRIMARY KEY, name varchar, user_id varchar NOT NULL,
  user_login varchar, user_active boolean, is_active boolean, never_expire boolean, expiration_date timestamp,
  latest_query_date timestamp, total_queries integer, latest_sync_date timestamp, iam_roles json, config json,
  allowed_referers json)`;

/** Entries stay fresh for an hour: only word of a change makes an answer another one. */
describe('two workers', () => {
  let url: string;
  let database: pg.Pool;
  let here: TestServer;
  let keys: KnownKey[];
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    url = await freshDatabaseUrl();
    database = new pg.Pool({ connectionString: url });
    here = await TestServer.start({ APIKM_DATABASE_URL: url });
    const people = await addOwners(here, 20);
    keys = people.map(({ id, key }) => ({ id: `key-${id}`, key, code: 'VALID' }));
  });
  afterAll(async () => {
    await here.stop();
    await database.end();
  });

  const start = (settings: Record<string, string> = {}) =>
    BuiltWorkers.start({
      APIKM_DATABASE_URL: url,
      APIKM_OIDC_ENDPOINT: here.keycloak.url,
      APIKM_USAGE_FLUSH_MS: '200',
      APIKM_VERIFY_FRESH: '3600',
      ...settings,
    });
  const load = async (workers: BuiltWorkers): Promise<CountedLoad> => {
    // What an earlier test had counted.
    await waitFor(async () => (await workers.metric('apikm_usage_pending_keys ')) === 0);
    await database.query('TRUNCATE usage_hours, usage_totals, usage_of_all');
    return new CountedLoad([workers.url], keys);
  };
  const answers = (under: CountedLoad, count: number): Promise<void> => {
    const wanted = under.times.length + count;
    return waitFor(() => under.times.length >= wanted);
  };
  const verifications = (workers: BuiltWorkers) => workers.metric('apikm_verifications_total');

  /** As a status comes over each of some connections that are kept, which the workers share. */
  function connections(workers: BuiltWorkers) {
    const agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const statusOver = (agent: Agent, key: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'x-api-key': key };
        get(`${workers.url}/auth/check_key`, { agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode!));
        }).on('error', reject);
      });
    return {
      statuses: (key: string) => Promise.all(agents.map((agent) => statusOver(agent, key))),
      close: () => agents.forEach((agent) => agent.destroy()),
    };
  }

  /** Of the workers that both serve for most tests: no caller's connection to them outlives its test. */
  describe('of one server', () => {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-workers-'));
    const catalogue = join(folder, 'services.yaml');
    const write = (...audiences: string[]): void =>
      writeFileSync(
        catalogue,
        JSON.stringify({ services: audiences.map((audience) => ({ audience, title: audience })) }),
      );
    let workers: BuiltWorkers;
    beforeAll(async () => {
      write('maps');
      workers = await start({
        APIKM_SERVICES: catalogue,
        APIKM_RATE_LIMIT: '10/minute',
        APIKM_TRUSTED_PROXIES: '127.0.0.1',
        APIKM_DRAIN_SECONDS: '2',
      });
    });
    afterAll(async () => {
      await workers.server.stop();
      rmSync(folder, { recursive: true });
    });

    it('serve on one port, log whole lines of one start, and have one sum of metrics', async () => {
      const under = await load(workers);
      await answers(under, 200);
      await under.stop();
      expect(await verifications(workers)).toBe(total(under.answered));
      expect(await workers.metric('apikm_verification_seconds_count')).toBe(total(under.answered));
      const ready = () => workers.lines.filter(({ msg }) => msg === 'ready for traffic');
      await waitFor(async () => {
        await fetch(`${workers.url}/health/ready`, { headers: { connection: 'close' } });
        return new Set(ready().map(({ worker }) => worker)).size === 2;
      });
      for (const begin of ['version', 'loaded', 'API-Key Manager listens on', '2 workers are to serve'])
        expect(workers.lines.filter(({ msg }) => msg.startsWith(begin))).toHaveLength(1);
    });

    it('refuse a key within a second on every connection that one of them was told to revoke', async () => {
      const { id, key } = await here.createKey();
      const { statuses, close } = connections(workers);
      expect(await statuses(key)).toEqual(Array(CONNECTIONS).fill(200));
      const headers = { authorization: `Bearer ${await here.token(ALICE)}` };
      const revoked = await fetch(`${workers.url}/v1/keys/${id}/revoke`, { method: 'POST', headers });
      expect(revoked.status).toBe(200);
      const startedAt = performance.now();
      while ((await statuses(key)).some((status) => status !== 403)) await pause(10);
      expect(performance.now() - startedAt).toBeLessThan(1000);
      close();
    });

    it('block a client together that guesses over many connections', async () => {
      const guess = async (key: string): Promise<number> => {
        const headers = { 'x-api-key': key, 'x-forwarded-for': '198.51.100.7', connection: 'close' };
        return (await fetch(`${workers.url}/auth/check_key`, { headers })).status;
      };
      for (let i = 0; i < 10; i += 1) expect(await guess(`wrong${i}`)).toBe(403);
      // What is counted is told at once, and nobody waits for it.
      await waitFor(async () => (await guess('one more')) === 429);
      for (let i = 0; i < 4; i += 1) expect(await guess(`other${i}`)).toBe(429);
    });

    it('hold a key to its own rate together, over many connections', async () => {
      const { key } = await here.createKey({ rateLimit: '20/minute' });
      const { statuses, close } = connections(workers);
      const passed = { count: 0 };
      await waitFor(async () => {
        const all = await statuses(key);
        passed.count += all.filter((status) => status === 200).length;
        return all.every((status) => status === 429);
      });
      // What others let pass is known a moment later; each alone would have let 20 pass.
      expect(passed.count).toBeGreaterThanOrEqual(20);
      expect(passed.count).toBeLessThan(40);
      close();
    });

    it('read the catalogue of services again, each of them, when the server is told to', async () => {
      write('maps', 'tiles');
      process.kill(workers.server.pid, 'SIGHUP');
      const again = 'The service catalogue was read again. Services: 2.';
      const readers = () => workers.lines.filter(({ msg }) => msg === again).map(({ worker }) => worker);
      await waitFor(() => readers().length === 2);
      expect(readers().sort()).toEqual([1, 2]);
    });

    it('are two again after one was killed under load, and what it had counted stays in the metrics', async () => {
      const before = await verifications(workers);
      const under = await load(workers);
      const comers = newConnections(workers.url);
      await answers(under, 100);
      process.kill(workers.processes[0]!, 'SIGKILL');
      await waitFor(() => workers.processes.length === 3);
      await under.stop();
      expect(await comers.left()).toBe(0);
      const after = new CountedLoad([workers.url], keys);
      await answers(after, 200);
      await after.stop();
      expect([after.unanswered.size, after.undecided]).toEqual([0, 0]);
      const least = before + total(after.answered);
      const most = least + total(under.answered) + total(under.unanswered);
      const counted = await verifications(workers);
      expect([counted >= least, counted <= most]).toEqual([true, true]);
      expect(await workers.metric('apikm_workers_lost_total')).toBe(1);
      expect(await workers.metric('apikm_workers ')).toBe(2);
    });

    it('lose no count of the metrics with one that was told to end, and is replaced', async () => {
      const before = await verifications(workers);
      const under = await load(workers);
      await answers(under, 100);
      process.kill(workers.processes[1]!, 'SIGTERM');
      await waitFor(() => workers.processes.length === 4);
      await under.stop();
      expect(under.unanswered.size).toBe(0);
      expect(await verifications(workers)).toBe(before + total(under.answered));
    });

    it('fail readiness when all are told to end, as by a terminal, and lose no count and no request', async () => {
      const under = await load(workers);
      await answers(under, 100);
      const ended = workers.server.end('SIGTERM');
      for (const pid of workers.processes.filter(isThere)) process.kill(pid, 'SIGTERM');
      const statusOf = async (path: string) => (await fetch(workers.url + path)).status;
      await waitFor(async () => (await statusOf('/health/ready')) === 503);
      for (let i = 0; i < 4; i += 1) expect(await statusOf('/health/ready')).toBe(503);
      expect(await statusOf('/health/live')).toBe(200);
      expect(await ended).toBe(0);
      await under.stop();
      expect(await lostOf(under, database)).toBe(0);
      expect(under.unanswered.size).toBe(0);
      expect(workers.processes.filter(isThere)).toEqual([]);
    });
  });

  /** The server beside the others may lead, too, and takes nothing over. */
  describe('on a database of their own, with the metrics on the main port', () => {
    let workers: BuiltWorkers;
    let client: pg.Client;
    beforeAll(async () => {
      const own = await freshDatabaseUrl();
      client = new pg.Client({ connectionString: own });
      await client.connect();
      await client.query(OLD_TABLE);
      const port = String(await freePort());
      workers = await start({
        APIKM_DATABASE_URL: own,
        APIKM_IMPORT_ON_START: 'true',
        APIKM_KEYCLOAK_SYNC_FREQ: '4',
        APIKM_PORT: port,
        APIKM_METRICS_PORT: port,
      });
    });
    afterAll(async () => {
      await workers.server.stop();
      await client.end();
    });

    const leaders = async (): Promise<number[]> => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid::bigint = ${LEADER_LOCK}
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rows.map(({ pid }) => pid);
    };
    const leading = () => workers.lines.filter(({ msg }) => msg === 'this replica leads the synchronisation');

    it('take the old program’s table over once', () => {
      const importers = workers.lines.filter(({ context }) => context === 'Import');
      expect(new Set(importers.map(({ worker }) => worker))).toEqual(new Set([1]));
      expect(importers.filter(({ msg }) => msg.includes('our own database'))).toHaveLength(1);
    });

    it('have one leader among them, and another one when it is killed', async () => {
      await waitFor(() => leading().length > 0);
      const before = await leaders();
      expect([before.length, await workers.metric('apikm_leader')]).toEqual([1, 1]);
      expect(await workers.metric('apikm_workers ')).toBe(2);
      process.kill(workers.processes[leading()[0]!.worker! - 1]!, 'SIGKILL');
      await waitFor(async () => (await leaders()).some((pid) => pid !== before[0]));
      expect(await leaders()).toHaveLength(1);
      await waitFor(() => leading().length === 2);
    });

    it('end with status 0 when the primary alone is told to', async () => {
      expect(await workers.server.end('SIGTERM')).toBe(0);
      expect(workers.processes.filter(isThere)).toEqual([]);
    });
  });

  it('end within five seconds when the primary is killed, and have written what they counted', async () => {
    const workers = await start({ APIKM_DRAIN_SECONDS: '30' });
    const under = await load(workers);
    await answers(under, 100);
    const { statuses, close } = connections(workers);
    await statuses('of nobody');
    const startedAt = performance.now();
    await workers.server.end('SIGKILL');
    await waitFor(() => !workers.processes.some(isThere));
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await under.stop();
    close();
    expect(await lostOf(under, database)).toBe(0);
  });
});

/** Callers that come over a new connection each time; `left` ends them. @returns how many requests neither came back nor broke */
function newConnections(url: string) {
  let isOver = false;
  let left = 0;
  const ask = async (): Promise<void> => {
    const signal = AbortSignal.timeout(5000);
    const options = { headers: { connection: 'close' }, signal };
    await fetch(`${url}/health/live`, options).catch(() => (left += signal.aborted ? 1 : 0));
  };
  const callers = Array.from({ length: CONNECTIONS }, async () => {
    while (!isOver) await ask();
  });
  return {
    left: async () => {
      isOver = true;
      await Promise.all(callers);
      return left;
    },
  };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
