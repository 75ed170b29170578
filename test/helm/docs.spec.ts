import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/config/settings.js';

/** What the chart sets by itself, what the image does, and what has no effect yet. */
const ELSEWHERE = ['APIKM_HOST', 'APIKM_PORT', 'APIKM_METRICS_PORT', 'APIKM_SERVICES'];

it('tells in the chart’s README and schema what the comments of its values say', () => {
  const { status, stderr } = spawnSync('node', ['scripts/chart-docs.mjs', '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('has a value for every setting that has an effect', () => {
  const { config } = parse(readFileSync('helm/values.yaml', 'utf8')) as { config: object };
  const settings = Object.keys(SETTINGS).filter(
    (name) => name === 'APIKM_DEBUG' || SETTINGS[name]!.built !== false,
  );
  const values = Object.keys(config).map((name) => `APIKM_${name.toUpperCase()}`);
  expect([...values, ...ELSEWHERE].sort()).toEqual(settings.sort());
});

it('has Grafana’s dashboard as it stands in the documentation', () => {
  const [here, there] = ['helm', 'docs/monitoring'].map((folder) =>
    readFileSync(`${folder}/grafana-dashboard.json`, 'utf8'),
  );
  expect(here).toBe(there);
});
