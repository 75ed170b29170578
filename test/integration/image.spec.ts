import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATION_LOCK } from '../../src/database/migration-lock.js';
import { environmentOf, only, render } from '../support/chart.js';
import { Container, sizeMiB } from '../support/container.js';
import { contextOf, readDockerfile } from '../support/dockerfile.js';
import { freePort } from '../support/free-port.js';
import { ImageBuild } from '../support/image.js';
import type { Image } from '../support/image.js';
import { programPath } from '../support/python-parts.js';
import { RealPostgres } from '../support/real-postgres.js';
import { waitFor } from '../support/wait-for.js';

const VERSION = '1.2.3';
const OIDC = {
  oidc_endpoint: 'http://127.0.0.1:9',
  oidc_realm: 'main',
  oidc_client_id: 'apikeymanager',
  oidc_client_secret: 'client-secret',
};
const read = (file: string): any => JSON.parse(readFileSync(file, 'utf8'));
const isReady = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

describe('the image', () => {
  let folder: string;
  let image: Image;
  let app: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-image-'));
    image = await new ImageBuild(process.cwd(), folder, { VERSION }).image();
    app = join(image.root, image.folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is made as hadolint has it', () => {
    const env = { ...process.env, PATH: programPath() };
    const { status, stdout, stderr } = spawnSync('hadolint', ['Dockerfile'], { env, encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  it('is made from a context of sources alone', () => {
    const context = contextOf('.');
    expect(
      context.filter((file) => /^(?:node_modules|dist|\.git|test|data|\.env)(?:\/|$)|\.spec\.ts$/.test(file)),
    ).toEqual([]);
    expect(context.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(4 * 1024 ** 2);
  });

  it('has one Node from the first stage to the last, that of the tests', () => {
    const stages = readDockerfile(readFileSync('Dockerfile', 'utf8'));
    const bases = stages.map(({ base }) => base).filter((base) => base.includes(':'));
    expect(new Set(bases).size).toBe(1);
    const { stdout } = spawnSync(join(image.root, 'usr/local/bin/node'), ['-v'], { encoding: 'utf8' });
    expect(bases[0]).toMatch(new RegExp(`^node:${stdout.split('.')[0]!.slice(1)}-\\w+-slim$`));
  });

  it('holds what runs and nothing else, to be read by everybody', () => {
    expect(readdirSync(app).sort()).toEqual([
      'LICENSE',
      'dist',
      'node_modules',
      'package.json',
      'sbom.cdx.json',
    ]);
    const hidden = filesIn(app).filter((name) => !(statSync(join(app, name)).mode & 0o004));
    expect(hidden).toEqual([]);
    expect(image.user).toMatch(/^[1-9]\d*:0$/);
    expect(image.labels['org.opencontainers.image.version']).toBe(VERSION);
    console.log(
      `image: ${sizeMiB(app)} MiB, of these node_modules ${sizeMiB(join(app, 'node_modules'))} MiB`,
    );
  });

  it('names in its bill of materials every package that is in it, and no other', () => {
    const { components } = read(join(app, 'sbom.cdx.json'));
    const named = new Set(components.map(({ name, version }: any) => `${name}@${version}`));
    const packages = (file: string): [string, any][] =>
      Object.entries(read(file).packages as object).filter(([path]) => path !== '');
    const names = (given: [string, any][]): string[] =>
      given.map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`);
    const installed = names(packages(join(app, 'node_modules/.package-lock.json')));
    expect([...named].sort()).toEqual([...new Set(installed)].sort());
    const needed = packages('package-lock.json').filter(([, { dev, devOptional }]) => !dev && !devOptional);
    expect(names(needed).filter((name) => !named.has(name))).toEqual([]);
  });

  it('has the same programs and pages, byte by byte, whoever builds them', () => {
    const digests = (dist: string): [string, string][] =>
      filesIn(dist)
        .filter((name) => !['built-from', 'tsconfig.tsbuildinfo'].includes(name))
        .map((name): [string, string] => {
          const content = readFileSync(join(dist, name));
          // Node's version decides how well it is packed.
          const unpacked = name.endsWith('.br')
            ? brotliDecompressSync(content)
            : name.endsWith('.gz')
              ? gunzipSync(content)
              : content;
          return [name, createHash('sha256').update(unpacked).digest('hex')];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1));
    expect(digests(join(app, 'dist'))).toEqual(digests('dist'));
  });

  describe('run with the chart’s settings by a stranger, on a system that can only be read', () => {
    let postgres: RealPostgres;
    let settings: Record<string, string>;
    let migrate: string[];
    beforeAll(async () => {
      postgres = await RealPostgres.start();
      const [port, metrics] = [await freePort(), await freePort()];
      const publicUrl = `http://127.0.0.1:${port}`;
      const config = { public_url: publicUrl, database_url: postgres.url, drain_seconds: 0, ...OIDC };
      const ports = { APIKM_PORT: String(port), APIKM_METRICS_PORT: String(metrics) };
      const chart = render({ config, migrations: { job: { enabled: true } } });
      settings = { ...environmentOf(chart), ...ports };
      migrate = only(chart, 'Job').spec.template.spec.containers[0].command;
    });
    afterAll(() => postgres.remove());

    const isHealthy = async (): Promise<boolean> =>
      (await Container.start(image, image.healthcheck, settings).ended()) === 0;

    it('migrates, starts, is healthy by its own check, and ends with 0', async () => {
      const migration = Container.start(image, migrate, settings);
      expect([await migration.ended(), migration.printed]).toEqual([
        0,
        expect.stringContaining('up to date'),
      ]);
      expect(await isHealthy()).toBe(false);
      const began = performance.now();
      const container = Container.start(image, image.command, settings);
      const ready = `${settings.APIKM_PUBLIC_URL}/health/ready`;
      while (!(await isReady(ready))) {
        if (container.status !== undefined) throw new Error(container.printed);
        await pause(50);
      }
      console.log(
        `image: ready after ${Math.round(performance.now() - began)} ms with ${container.residentMiB} MiB`,
      );
      expect(await isHealthy()).toBe(true);
      container.signal('SIGTERM');
      expect([await container.ended(), container.printed]).toEqual([
        0,
        expect.not.stringMatching(/EROFS|EACCES|EPERM/),
      ]);
    });

    it('ends at once when it is told to before it serves', async () => {
      const container = Container.start(image, image.command, settings);
      await waitFor(() => container.printed.includes('loading the program'));
      container.signal('SIGTERM');
      expect([await container.ended(), container.printed]).toEqual([
        0,
        expect.not.stringContaining('listens on'),
      ]);
    });

    it('ends a migration that waits when it is told to, with a code that says it is not done', async () => {
      const server = new pg.Client({ connectionString: postgres.url });
      await server.connect();
      await server.query('CREATE DATABASE waiting');
      await server.end();
      const url = postgres.url.replace(/\w+$/, 'waiting');
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      try {
        await other.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
        const migration = Container.start(image, migrate, { ...settings, APIKM_DATABASE_URL: url });
        await waitFor(() => migration.printed.includes('this one waits'));
        migration.signal('SIGTERM');
        expect(await migration.ended()).toBe(143);
      } finally {
        await other.end();
      }
    });

    it('keeps the embedded database in its volume, and writes nowhere else', async () => {
      const volume = mkdtempSync(join(folder, 'volume-'));
      chownSync(volume, 1000, 0);
      chmodSync(volume, statSync(join(image.root, 'data')).mode);
      const embedded = { ...settings, APIKM_DATABASE_URL: 'pglite:/mnt/data/db' };
      const container = Container.start(image, migrate, embedded, volume);
      expect([await container.ended(), container.printed]).toEqual([
        0,
        expect.stringContaining('up to date'),
      ]);
      expect(readdirSync(volume)).toContain('db');
    });
  });
});
