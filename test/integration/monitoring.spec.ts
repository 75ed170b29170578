import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { freePort } from '../support/free-port.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { alerts, metricsOf, monitoredServer, queries, RULES, valueOf } from '../support/monitoring.js';
import type { MonitoredServer } from '../support/monitoring.js';
import { Program } from '../support/program.js';
import { RealPostgres } from '../support/real-postgres.js';
import { waitFor } from '../support/wait-for.js';

const ALERT_TESTS = 'test/integration/monitoring/alerts.yaml';

/** What it printed where it found something, else nothing. */
function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

describe('the rules', () => {
  it('are rules to promtool', () => {
    expect(promtool(['check', 'rules', RULES])).toBe('');
  });

  it('fire when they should, and only then', () => {
    expect(promtool(['test', 'rules', ALERT_TESTS])).toBe('');
  });

  it('are tested, each alert, for when it fires and for when it does not', () => {
    interface AlertTest {
      name: string;
      promql_expr_test: { exp_samples: { labels: string }[] }[];
    }
    const { tests } = parse(readFileSync(ALERT_TESTS, 'utf8')) as { tests: AlertTest[] };
    for (const { alert } of alerts()) {
      const expected = tests.find(({ name }) => name === alert)!.promql_expr_test;
      const fires = expected.map(({ exp_samples: samples }) =>
        samples
          .map(({ labels }) => labels)
          .join('')
          .includes(`alertname="${alert}"`),
      );
      expect([alert, new Set(fires)]).toEqual([alert, new Set([false, true])]);
    }
  });
});

describe('a Prometheus that scrapes a server', () => {
  let folder: string;
  let monitored: MonitoredServer;
  let prometheus: Program;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-prometheus-'));
    monitored = await monitoredServer({ APIKM_KEYCLOAK_SYNC_FREQ: '300' });
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [resolve(RULES)],
      scrape_configs: [{ job_name: 'keys', static_configs: [{ targets: [monitored.target] }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const listen = `127.0.0.1:${await freePort()}`;
    url = `http://${listen}`;
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${listen}`,
    ];
    prometheus = await Program.start('prometheus', args, `${url}/-/ready`);
  });
  afterAll(async () => {
    await prometheus.stop();
    await monitored.server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const { data, error } = (await answer.json()) as { data: T; error?: string };
    if (error) throw new Error(`${query.query}: ${error}`);
    return data;
  }

  /** As Grafana asks, with everything chosen at its top. */
  const shows = async (expr: string): Promise<boolean> => {
    const query = expr.replace(/\$(job|instance)/g, '.*').replaceAll('$__rate_interval', '10s');
    return (await ask<{ result: unknown[] }>('query', { query })).result.length > 0;
  };

  /** Something of all kinds for the panels to show. */
  const use = async (key: string): Promise<void> => {
    const { server } = monitored;
    for (const presented of [key, '', 'wrong']) await server.check(presented);
    await server.call('/v1/forward-auth', { headers: { 'x-api-key': key } });
    await server.as(ALICE, 'GET', '/v1/keys');
  };

  // What fails now and then shows nothing while it doesn't.
  const asked = queries().filter(({ expr }) => !expr.endsWith(' > 0'));

  it('has something for every panel of the dashboard', async () => {
    const { key } = await monitored.server.createKey();
    let empty = asked;
    await waitFor(async () => {
      await use(key);
      const left: typeof asked = [];
      for (const query of empty) if (!(await shows(query.expr))) left.push(query);
      empty = left;
      return empty.length === 0;
    }).catch(() => undefined);
    expect(empty).toEqual([]);
  });

  it('evaluates every rule', async () => {
    const names = async (health: string): Promise<string[]> => {
      const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules');
      return groups.flatMap(({ rules }) =>
        rules.filter((rule) => rule.health === health).map(({ name }) => name),
      );
    };
    await waitFor(async () => (await names('unknown')).length === 0);
    expect(await names('err')).toEqual([]);
    for (const { alert } of alerts()) expect(await names('ok')).toContain(alert);
  });

  it('finds metrics that are named as promtool wants them, those of Node aside', async () => {
    const ours = (await metricsOf(monitored)).replace(/^.*\bnodejs_.*\n/gm, '');
    expect(promtool(['check', 'metrics'], ours)).toBe('');
  });

  it('sees the connections of both pools', async () => {
    for (const pool of ['main', 'verification'])
      expect(
        await shows(`apikm_database_connections{pool="${pool}"} > 0 <= apikm_database_max_connections`),
      ).toBe(true);
  });
});

describe('the metrics of two replicas', () => {
  let postgres: RealPostgres;
  let replicas: MonitoredServer[];
  beforeAll(async () => {
    postgres = await RealPostgres.start();
    const settings = { APIKM_DATABASE_URL: postgres.url, APIKM_KEYCLOAK_SYNC_FREQ: '300' };
    replicas = [await monitoredServer(settings), await monitoredServer(settings)];
  });
  afterAll(async () => {
    for (const { server } of replicas) await server.stop();
    await postgres.remove();
  });

  const ofBoth = (series: string) => Promise.all(replicas.map((replica) => valueOf(replica, series)));

  it('say of one of them that it leads', async () => {
    await waitFor(async () => (await ofBoth('apikm_leader')).includes(1));
    expect((await ofBoth('apikm_leader')).sort()).toEqual([0, 1]);
    await waitFor(async () =>
      (await ofBoth('apikm_sync_leader_reported_timestamp_seconds')).every((at) => at! > 0),
    );
  });

  it('are read while the database is away, and tell that it is', async () => {
    const [monitored] = replicas as [MonitoredServer];
    const { server } = monitored;
    const [warm, cold] = [await server.createKey(), await server.createKey()];
    await server.check(warm.key);
    await valueOf(monitored, 'apikm_sync_interval_seconds');
    await postgres.stop();
    expect([(await server.check(warm.key)).status, (await server.check(cold.key)).status]).toEqual([
      200, 503,
    ]);
    const startedAt = performance.now();
    const read = (series: string) => valueOf(monitored, series);
    expect(await read('apikm_verifications_total{code="LOOKUP_UNAVAILABLE"}')).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(await read('apikm_sync_interval_seconds')).toBe(300);
    expect(await read('apikm_usage_pending_keys')).toBe(1);
    server.clock.advance(300);
    expect(await read('apikm_usage_oldest_pending_seconds')).toBeGreaterThanOrEqual(300);
    await waitFor(async () => (await read('apikm_leader')) === 0);
    await postgres.resume();
    await waitFor(async () => (await read('apikm_usage_oldest_pending_seconds')) === 0);
  });

  it('are read within a scrape while the database hangs', async () => {
    postgres.signal('SIGSTOP');
    const startedAt = performance.now();
    await ofBoth('apikm_build_info');
    postgres.signal('SIGCONT');
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
