import { spawnSync } from 'node:child_process';
import { Agent, get } from 'node:http';
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

/** Entries stay fresh for an hour: only word of a change makes an answer another one. */
describe('two workers', { timeout: 60_000 }, () => {
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
  }, 300_000);
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

  it('serve on one port, log whole lines of one start, and have one sum of metrics', async () => {
    const workers = await start();
    const under = await load(workers);
    await answers(under, 200);
    await under.stop();
    expect(await verifications(workers)).toBe(total(under.answered));
    expect(await workers.metric('apikm_verification_seconds_count')).toBe(total(under.answered));
    expect(await workers.metric('apikm_workers ')).toBe(2);
    const ready = () => workers.lines.filter(({ msg }) => msg === 'ready: traffic may come');
    await waitFor(async () => {
      await fetch(`${workers.url}/health/ready`, { headers: { connection: 'close' } });
      return new Set(ready().map(({ worker }) => worker)).size === 2;
    });
    for (const start of ['version', 'loaded', 'API-Key Manager listens on', '2 workers are to serve'])
      expect(workers.lines.filter(({ msg }) => msg.startsWith(start))).toHaveLength(1);
    expect(await workers.server.end('SIGTERM')).toBe(0);
    expect(await lostOf(under, database)).toBe(0);
  });

  it('count on the main port, too, where the metrics are there', async () => {
    const port = String(await freePort());
    await start({ APIKM_PORT: port, APIKM_METRICS_PORT: port });
    await fetch(`http://127.0.0.1:${port}/auth/check_key`, { headers: { 'x-api-key': keys[0]!.key } });
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toContain('apikm_verifications_total{code="VALID"} 1\n');
    expect(text).toContain('apikm_workers 2\n');
  });

  it('are two again after one was killed under load, and its counts stay in the metrics', async () => {
    const workers = await start();
    const before = await load(workers);
    await answers(before, 200);
    await before.stop();
    expect(await verifications(workers)).toBe(total(before.answered));
    const under = new CountedLoad([workers.url], keys);
    const [first] = workers.processes;
    process.kill(first!, 'SIGKILL');
    await waitFor(() => workers.processes.length === 3);
    await under.stop();
    const after = new CountedLoad([workers.url], keys);
    await answers(after, 200);
    await after.stop();
    expect([after.unanswered.size, after.undecided]).toEqual([0, 0]);
    const least = total(before.answered) + total(after.answered);
    const most = least + total(under.answered) + total(under.unanswered);
    const counted = await verifications(workers);
    expect([counted >= least, counted <= most]).toEqual([true, true]);
    expect(await workers.metric('apikm_workers_lost_total')).toBe(1);
    expect(await workers.metric('apikm_workers ')).toBe(2);
  });

  it('lose no count of the metrics with a worker that was told to end, and is replaced', async () => {
    const workers = await start();
    const under = await load(workers);
    await answers(under, 100);
    process.kill(workers.processes[1]!, 'SIGTERM');
    await waitFor(() => workers.processes.length === 3);
    await under.stop();
    const more = new CountedLoad([workers.url], keys);
    await answers(more, 100);
    await more.stop();
    const [least, unknown] = [total(under.answered) + total(more.answered), total(under.unanswered)];
    const counted = await verifications(workers);
    expect([counted >= least, counted <= least + unknown]).toEqual([true, true]);
  });

  it('refuse a key within a second on every connection that one of them was told to revoke', async () => {
    const workers = await start();
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

  it('have one leader among them, and another one when it is killed', async () => {
    // Of its own: the server beside them may lead, too.
    const own = await freshDatabaseUrl();
    const client = new pg.Client({ connectionString: own });
    await client.connect();
    const workers = await start({ APIKM_DATABASE_URL: own, APIKM_KEYCLOAK_SYNC_FREQ: '4' });
    const leaders = async (): Promise<number[]> => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid::bigint = ${LEADER_LOCK}
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rows.map(({ pid }) => pid);
    };
    const leading = () => workers.lines.filter(({ msg }) => msg === 'this replica leads the synchronisation');
    await waitFor(() => leading().length > 0);
    const before = await leaders();
    expect([before.length, await workers.metric('apikm_leader')]).toEqual([1, 1]);
    process.kill(workers.processes[leading()[0]!.worker! - 1]!, 'SIGKILL');
    await waitFor(async () => (await leaders()).some((pid) => pid !== before[0]));
    expect([(await leaders()).length, leading().length]).toEqual([1, 2]);
    await client.end();
  });

  it('block a client together that guesses over many connections', async () => {
    const workers = await start({ APIKM_RATE_LIMIT: '10/minute', APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    const guess = async (key: string): Promise<number> => {
      const headers = { 'x-api-key': key, 'x-forwarded-for': '198.51.100.7', connection: 'close' };
      return (await fetch(`${workers.url}/auth/check_key`, { headers })).status;
    };
    const statuses = [];
    for (let i = 0; i < 10; i += 1) statuses.push(await guess(`wrong${i}`));
    expect(statuses).toEqual(Array(10).fill(403));
    // What is counted is told at once, and nobody waits for it.
    await waitFor(async () => (await guess('one more')) === 429);
    for (let i = 0; i < 4; i += 1) expect(await guess(`other${i}`)).toBe(429);
  });

  it.each([
    ['the primary', (pid: number) => process.kill(pid, 'SIGTERM')],
    [
      'every process at once, as by a terminal,',
      (pid: number, all: number[]) => [pid, ...all].forEach((one) => process.kill(one, 'SIGINT')),
    ],
  ])('lose no count and no request when %s is told to end under load', async (_, tell) => {
    const workers = await start({ APIKM_DRAIN_SECONDS: '1' });
    const under = await load(workers);
    await answers(under, 200);
    tell(workers.server.pid, workers.processes);
    expect(await workers.server.ended()).toBe(0);
    await under.stop();
    expect(await lostOf(under, database)).toBe(0);
    expect(under.unanswered.size).toBe(0);
    for (const pid of workers.processes) expect(isThere(pid)).toBe(false);
  });

  it('fail readiness for as long as they drain', async () => {
    const workers = await start({ APIKM_DRAIN_SECONDS: '2' });
    const ended = workers.server.end('SIGTERM');
    const statusOf = async (path: string) => (await fetch(workers.url + path)).status;
    await waitFor(async () => (await statusOf('/health/ready')) === 503);
    for (let i = 0; i < 4; i += 1) {
      expect(await statusOf('/health/ready')).toBe(503);
      expect(await statusOf('/health/live')).toBe(200);
    }
    expect(await ended).toBe(0);
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

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
