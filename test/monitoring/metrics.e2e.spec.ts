import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALICE } from '../support/keycloak-stand-in.js';
import { described, metricsIn, metricsOf, monitoredServer, queries, rules } from '../support/monitoring.js';
import type { MonitoredServer } from '../support/monitoring.js';

const PAGE = readFileSync('docs/monitoring/metrics.md', 'utf8');

describe('the metrics', () => {
  let monitored: MonitoredServer;
  beforeAll(async () => {
    monitored = await monitoredServer();
    const { key } = await monitored.server.createKey();
    await monitored.server.check(key);
  });
  afterAll(() => monitored.server.stop());

  it('are those of the page, each with its type and labels, and the page has no other', async () => {
    const rows = [...PAGE.matchAll(/^\| `(apikm_\w+)` +\| (\w+) +\| ([\w, ]*?) *\|/gm)];
    const told = rows.map(([, name, type, labels]) => `${name} ${type} ${labels}`.trim());
    const ours = described(await metricsOf(monitored)).filter((line) => line.startsWith('apikm_'));
    expect(told.sort()).toEqual(ours.sort());
  });

  it('have what the page says of Node', async () => {
    const text = await metricsOf(monitored);
    const told = [...PAGE.matchAll(/^\| `((?:nodejs|process)_\w+)`/gm)].map(([, name]) => name!);
    expect(told.length).toBeGreaterThan(3);
    for (const name of told) expect(text).toContain(`# TYPE ${name} `);
  });

  it('are all that alerts and the dashboard ask for', async () => {
    const text = await metricsOf(monitored);
    const recorded = rules().flatMap(({ record }) => record ?? []);
    const isThere = (name: string): boolean =>
      name === 'up' || recorded.includes(name) || new RegExp(`^${name}(?:\\{| )`, 'm').test(text);
    const asked = [...queries(), ...rules()].flatMap(({ expr }) => metricsIn(expr));
    expect(new Set(asked).size).toBeGreaterThan(20);
    expect(asked.filter((name) => !isThere(name))).toEqual([]);
  });

  it('are asked for by an alert, a recording rule or the dashboard, each of them', async () => {
    const asked = [...queries(), ...rules()].flatMap(({ expr }) => metricsIn(expr)).join(' ');
    const ours = described(await metricsOf(monitored)).map((line) => line.split(' ')[0]!);
    const unused = ours.filter((name) => name.startsWith('apikm_') && !asked.includes(name));
    expect(unused.sort()).toEqual([
      'apikm_sync_last_pass_changed',
      'apikm_sync_last_pass_confirmed',
      'apikm_sync_last_pass_losers',
      'apikm_sync_leader_reported_timestamp_seconds',
    ]);
  });

  it('grow by no series, and tell no text of a stranger, whatever is asked', async () => {
    const { server } = monitored;
    const seriesOf = (text: string) => text.split('\n').filter((line) => line.startsWith('apikm_')).length;
    const ask = async (word: string): Promise<void> => {
      const { id, key } = await server.createKey({ name: `name-${word}` });
      for (const presented of [key, `wrong-${word}`]) {
        await server.check(presented);
        const headers = {
          'x-api-key': presented,
          'user-agent': `agent-${word}`,
          origin: `https://${word}.org`,
        };
        await server.call(`/v1/forward-auth/${word}?audience=${word}&require=role:${word}`, { headers });
        const body = JSON.stringify({ key: presented, audience: word });
        await server.call('/v1/verify', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
      }
      await server.as(ALICE, 'GET', `/v1/keys/${id}`);
      await server.call(`/${word}`);
      await server.call('/v1/keys', { headers: { authorization: `Bearer ${word}` } });
    };
    await ask('word');
    const before = seriesOf(await metricsOf(monitored));
    for (let i = 0; i < 20; i += 1) await ask(`word${i}`);
    const text = await metricsOf(monitored);
    expect(seriesOf(text)).toBe(before);
    expect(text).not.toMatch(/word|\bkey_|alice/i);
  });
});
