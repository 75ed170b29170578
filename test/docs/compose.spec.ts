import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.js';
import { parseCatalogue } from '../../src/services/read-catalogue.js';

const FOLDER = 'docs/compose';
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const TEXT = read('compose.yaml');
const SECRET = 'f'.repeat(40) + '01234567';
/** As compose reads it, with .env filled in. */
const { services } = parse(TEXT.replace(/\$\{\w+:\?[^}]*\}/g, SECRET), { merge: true }) as {
  services: Record<string, any>;
};
const entries = Object.entries(services);
const manager = services.manager.environment as Record<string, string>;
const realm = JSON.parse(read('realm.json'));
const names = (text: string): string[] => [...new Set(text.match(/(?<=\$\{)\w+/g))].sort();
const hosts = (text: string): string[] =>
  [...text.matchAll(/(?:\/\/|@|server )([a-z][\w.-]*):\d+/g)].map(([, host]) => host!);

describe('the example for Docker Compose', () => {
  it('has settings that the manager takes without a word', () => {
    const config = parseConfig({ NODE_ENV: 'production', ...manager });
    expect(config.warnings).toEqual([]);
    expect(services.migrate.environment).toEqual(manager);
  });

  it('starts with no secret but those that somebody has made', () => {
    const named = read('.env.example')
      .match(/^\w+(?==)/gm)!
      .sort();
    expect(read('.env.example')).not.toMatch(/^\w+=./m);
    expect(names(TEXT)).toEqual(named);
    expect(TEXT.match(/\$\{\w+(?!:\?|\w)/g)).toBeNull();
    for (const name of names(read('realm.json'))) expect(services.keycloak.environment).toHaveProperty(name);
    const [client] = realm.clients;
    for (const secret of [
      client.secret,
      ...realm.users.flatMap(({ credentials = [] }: any) => credentials.map(({ value }: any) => value)),
    ])
      expect(secret).toMatch(/^\$\{\w+\}$/);
    for (const [, variable, value] of TEXT.matchAll(/^\s+(\w*(?:PASSWORD|SECRET)\w*): (.+)$/gm))
      expect([variable, value]).toEqual([variable, expect.stringMatching(/^\$\{\w+:\?/)]);
  });

  it('is reached from this machine alone', () => {
    const ports = entries.flatMap(([, { ports: given = [] }]) => given as string[]);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('names services, files and volumes that are there', () => {
    for (const [name, { depends_on: others = [], volumes = [], image, build }] of entries) {
      for (const other of Array.isArray(others) ? others : Object.keys(others))
        expect(services, name).toHaveProperty(other);
      for (const volume of volumes as string[]) {
        const [source] = volume.split(':');
        expect(
          source!.startsWith('.') ? existsSync(join(FOLDER, source!)) : source === 'postgres',
          volume,
        ).toBe(true);
      }
      if (build) expect(existsSync(join(FOLDER, build, 'Dockerfile'))).toBe(true);
      expect(image).toMatch(/:(?!latest)[\w.]+$/);
    }
    const known = [...Object.keys(services), 'localhost'];
    for (const text of [TEXT, read('realm.json'), read('nginx/gateway.conf')])
      expect(hosts(text).filter((host) => !known.includes(host))).toEqual([]);
  });

  it('has one idea of Keycloak’s client and of the addresses', () => {
    const [client] = realm.clients;
    expect([realm.realm, client.clientId]).toEqual([manager.APIKM_OIDC_REALM, manager.APIKM_OIDC_CLIENT_ID]);
    expect(client.redirectUris).toEqual([`${manager.APIKM_PUBLIC_URL}/auth/callback`]);
    expect(services.keycloak.environment.KC_HOSTNAME).toBe(manager.APIKM_OIDC_ENDPOINT);
    const { ipv4_address: gateway } = services.gateway.networks.default;
    expect(manager.APIKM_TRUSTED_PROXIES).toBe(`${gateway}/32`);
  });

  it('asks about keys by the documented recipe, for a service of the catalogue', () => {
    const [, recipe] = /^```nginx\n([^]*?)^```/m.exec(readFileSync('docs/gateways/nginx.md', 'utf8'))!;
    const placed = recipe!
      .replaceAll('files.example.org', 'localhost')
      .replaceAll('apikeymanager:8000', 'manager:8000');
    expect(read('nginx/gateway.conf').replace(/^#.*\n/, '')).toBe(placed);
    const audiences = parseCatalogue(read('services.yaml'), 'services.yaml').map(({ audience }) => audience);
    expect(placed.match(/(?<=audience=)\w+/g)).toContain(audiences[0]);
  });

  it('leads to files that are there', () => {
    const page = read('README.md');
    for (const [, link] of page.matchAll(/\]\(([^)#]+)[^)]*\)/g))
      expect(existsSync(join(dirname(join(FOLDER, 'README.md')), link!)), link).toBe(true);
  });
});
