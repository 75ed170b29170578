import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { RELEASES } from '../../src/upgrade/releases.js';

const read = (file: string): string => readFileSync(file, 'utf8');
const own = RELEASES.at(-1)!;

describe('the list of releases', () => {
  it('ends with the version that package, image and chart are of', () => {
    expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(own.version);
    expect(parse(read('helm/Chart.yaml'))).toMatchObject({ appVersion: own.version });
    expect(read('Dockerfile')).toContain(`ARG VERSION=${own.version}\n`);
  });

  it('knows the last migration', () => {
    const { database } = parseConfig({ APIKM_DATABASE_URL: 'pglite:memory' });
    const migrations = dataSourceOptions(database, [], undefined).migrations as { name: string }[];
    const timestamps = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)![0]));
    expect(own.schema).toBe(Math.max(...timestamps));
  });

  it('has versions and schemas in their order, each beside one of them', () => {
    const versions = RELEASES.map(({ version }) => version);
    for (const [i, { version, schema, beside }] of RELEASES.entries()) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(versions.slice(0, i + 1)).toContain(beside);
      expect(schema).toBeGreaterThanOrEqual(RELEASES[i - 1]?.schema ?? 0);
    }
  });

  it.each(['CHANGELOG.md', 'BREAKING.md'])('has a chapter for each in %s', (file) => {
    for (const { version } of RELEASES) expect(read(file)).toContain(`\n## ${version}`);
  });
});
