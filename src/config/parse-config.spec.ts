import { describe, expect, it } from 'vitest';
import { parseConfig } from './parse-config.js';
import type { ConfigError } from './parse-config.js';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};
const PRODUCTION = {
  NODE_ENV: 'production',
  APIKM_OIDC_ENDPOINT: 'https://sso.example.org/',
  APIKM_OIDC_REALM: 'main',
  APIKM_OIDC_CLIENT_ID: 'apikm',
  APIKM_OIDC_CLIENT_SECRET: 's',
  APIKM_COOKIE_SECRET: '5f1d8e2a9c7b4e3f8a6d0c1b2e3f4a5b',
  APIKM_DATABASE_URL: 'postgresql://u:p@db/apikm',
  APIKM_PUBLIC_URL: 'https://keys.example.org/',
};

describe('the settings', () => {
  it('need nothing to be given outside production', () => {
    const config = parseConfig({});
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 9999, publicUrl: 'http://localhost:9999' });
    expect(config.database).toMatchObject({ kind: 'embedded', folder: './data/db' });
    expect(config.oidc).toMatchObject({ embedded: true, endpoint: 'http://localhost:9999/dev-identity' });
    expect(config.verification.rateLimits).toEqual([
      { limit: 20, windowSeconds: 60, label: '20 per 1 minute' },
    ]);
    expect(Object.isFrozen(config.keys)).toBe(true);
  });

  it('demand in production what must not be guessed, all at once', () => {
    const named = problemsOf({ NODE_ENV: 'production' }).map((problem) => problem.split(':')[0]);
    expect(named.sort()).toEqual(
      Object.keys(PRODUCTION)
        .filter((name) => name !== 'NODE_ENV')
        .sort(),
    );
  });

  it('are accepted in production when complete', () => {
    const config = parseConfig(PRODUCTION);
    expect(config.oidc).toMatchObject({ embedded: false, endpoint: 'https://sso.example.org' });
    expect(config.http).toMatchObject({ publicUrl: 'https://keys.example.org', drainSeconds: 5 });
    expect(config.log.format).toBe('json');
  });

  it.each(['short', 'changeme-changeme-changeme-changeme', 'x'.repeat(40)])(
    'refuse the cookie secret %s in production',
    (secret) => {
      expect(problemsOf({ ...PRODUCTION, APIKM_COOKIE_SECRET: secret })).toHaveLength(1);
    },
  );

  it.each([
    ['1', 1],
    ['4', 4],
    ['Auto', 'auto'],
  ])('have %j workers be %s', (text, workers) => {
    expect(parseConfig({ ...PRODUCTION, APIKM_WORKERS: text }).workers).toBe(workers);
  });

  it.each(['0', '-1', '1.5', '257', 'all'])('refuse %s workers', (text) => {
    const [problem, ...others] = problemsOf({ ...PRODUCTION, APIKM_WORKERS: text });
    expect(problem).toMatch(/^APIKM_WORKERS: expected a whole number from 1 to 256, or auto/);
    expect(others).toEqual([]);
  });

  it.each(['2', 'auto'])('refuse %s workers of what lives in one process', (text) => {
    const { APIKM_DATABASE_URL: url } = PRODUCTION;
    const embedded = { ...PRODUCTION, APIKM_WORKERS: text, APIKM_DATABASE_URL: 'pglite:memory' };
    expect(problemsOf(embedded)).toEqual([expect.stringContaining('embedded database')]);
    const demo = { APIKM_WORKERS: text, APIKM_DATABASE_URL: url };
    expect(problemsOf(demo)).toEqual([expect.stringContaining('embedded identity provider')]);
    expect(problemsOf({ APIKM_WORKERS: '1' })).toEqual([]);
  });

  it.each([
    '/v1',
    '/v1/keys',
    '/auth/check_key',
    '/docs',
    '/docs/',
    '/keys/openapi.json',
    '/',
    'openapi.json',
  ])('refuse %s for the OpenAPI document, where something else is served', (path) =>
    expect(problemsOf({ APIKM_OPENAPI_URL: path })).toHaveLength(1),
  );

  it.each(['/openapi.json', '/docs/openapi.json', '/api/v1/openapi.json', '/v1.json'])(
    'take %s for the OpenAPI document',
    (path) => expect(parseConfig({ APIKM_OPENAPI_URL: path }).docs.openapiPath).toBe(path),
  );

  it('name the file of the services, without which keys can’t be for these alone', () => {
    expect(parseConfig({}).services).toEqual({ file: undefined, areAll: false });
    const both = { APIKM_SERVICES: './services.yaml', APIKM_SERVICES_ONLY: 'yes' };
    expect(parseConfig(both).services).toEqual({ file: './services.yaml', areAll: true });
    expect(problemsOf({ APIKM_SERVICES_ONLY: 'true' })).toEqual([
      'APIKM_SERVICES: expected a file, which APIKM_SERVICES_ONLY needs; it must be given, for example ./services.yaml',
    ]);
  });

  it('name a problem by form and example, never by value', () => {
    const problems = problemsOf({ APIKM_PORT: 'hunter2', APIKM_DEBUG: 'perhaps', APIKM_RATE_LIMIT: 'much' });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toMatch(/hunter2|perhaps|much/);
    expect(problems[0]).toMatch(/APIKM_\w+: expected .+, for example /);
  });

  it('refuse an unknown name and tell the nearest known one', () => {
    expect(problemsOf({ APIKM_RATE_LIMTI: '1/minute' })).toEqual([
      'APIKM_RATE_LIMTI is not a setting; did you mean APIKM_RATE_LIMIT?',
    ]);
  });

  it.each([
    ['APIKM_SERVICE_HOST', '10.0.0.1'],
    ['APIKM_SERVICE_PORT_HTTP', '8000'],
    ['APIKM_PORT', 'tcp://10.0.0.1:8000'],
    ['APIKM_PORT_8000_TCP_ADDR', '10.0.0.1'],
  ])('ignore %s, which Kubernetes injects', (name, value) => {
    expect(parseConfig({ [name]: value }).http.port).toBe(9999);
  });

  it.each([
    ['20/minute', [[20, 60, '20 per 1 minute']]],
    ['20 per minute', [[20, 60, '20 per 1 minute']]],
    [
      '20/5 minutes; 100/hour',
      [
        [20, 300, '20 per 5 minute'],
        [100, 3600, '100 per 1 hour'],
      ],
    ],
    ['', []],
  ])('read the rate limit "%s"', (text, expected) => {
    const limits = parseConfig({ APIKM_RATE_LIMIT: text }).verification.rateLimits;
    expect(limits.map(({ limit, windowSeconds, label }) => [limit, windowSeconds, label])).toEqual(expected);
  });

  it('take a time zone for the import by its name, and none for not said', () => {
    const zoneOf = (name: string) => parseConfig({ APIKM_IMPORT_TIMEZONE: name }).database.importTimezone;
    expect([zoneOf('Europe/Paris'), zoneOf('')]).toEqual(['Europe/Paris', undefined]);
    expect(problemsOf({ APIKM_IMPORT_TIMEZONE: 'Mars/Olympus' })).toEqual([
      'APIKM_IMPORT_TIMEZONE: expected a name of the IANA database, for example Europe/Paris',
    ]);
  });

  it('send the owner of an SQLite file to the import', () => {
    expect(problemsOf({ APIKM_DATABASE_URL: 'sqlite:///x.db' })[0]).toMatch(/npm run import-keys/);
  });

  it.each(['.*', 'https?://.+'])(
    'never allow credentials for the pattern %s, which matches strangers',
    (pattern) => {
      const config = parseConfig({ APIKM_CORS_ORIGINS_REGEX: pattern });
      expect(config.cors.matchesAnyOrigin).toBe(true);
      expect(config.warnings[0]).toMatch(/without credentials/);
    },
  );

  it.each([
    '(?i)https://[A-Z]+\\.example\\.org',
    '\\Ahttps://[a-z]+\\.example\\.org\\Z',
    'https://(?P<name>[a-z]+)\\.example\\.org',
  ])('read a pattern of origins as Python writes it: %s', (pattern) => {
    const { originsRegex } = parseConfig({ APIKM_CORS_ORIGINS_REGEX: pattern }).cors;
    expect(originsRegex!.test('https://maps.example.org')).toBe(true);
    expect(originsRegex!.test('https://maps.example.org.evil.test')).toBe(false);
  });

  it.each(['APIKM_PUBLIC_URL', 'APIKM_OIDC_ENDPOINT'])('take no password in %s', (name) => {
    expect(problemsOf({ [name]: 'https://u:p@keys.example.org' }).join()).toContain(name);
  });

  it('take names in any case and booleans in any spelling', () => {
    expect(parseConfig({ apikm_keys_in_url: 'Off' }).keys.allowedInUrl).toBe(false);
  });

  it('warn of settings without effect and of the old proxy setting', () => {
    const { warnings } = parseConfig({
      APIKM_SMTP_URL: 'smtp://x',
      APIKM_DERIVED_MAX_TTL_HOUR: '24',
      FORWARDED_ALLOW_IPS: '*',
    });
    expect(warnings).toHaveLength(3);
  });
});
