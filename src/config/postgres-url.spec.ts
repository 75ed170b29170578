import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './parse-config.js';

const read = (url: string, env: Record<string, string> = {}) => {
  const { database } = parseConfig({ APIKM_DATABASE_URL: url, ...env });
  return database.kind === 'postgresql' ? database : undefined;
};
const hosts = (...list: [string | undefined, number?][]) => list.map(([host, port]) => ({ host, port }));

describe('the URL of a PostgreSQL is read as psql and SQLAlchemy read it:', () => {
  it.each([
    ['postgres://u:p@h/d', { user: 'u', password: 'p', hosts: hosts(['h']), database: 'd' }],
    ['postgresql+psycopg2://u:p@h:5432/d', { hosts: hosts(['h', 5432]) }],
    ['postgresql://u:p@ss/w#rd?@h/d', { user: 'u', password: 'p@ss/w#rd?', hosts: hosts(['h']) }],
    ['postgresql://u@server:p@h/d', { user: 'u@server', password: 'p', hosts: hosts(['h']) }],
    ['postgresql://u:100%@h/d', { password: '100%' }],
    ['postgresql://u:a%40b%25@h/d', { password: 'a@b%' }],
    [
      'postgresql://h/d?application_name=ops@example',
      { hosts: hosts(['h']), applicationName: 'ops@example' },
    ],
    ['postgresql://h/d?user=ops@example&password=a%26b', { user: 'ops@example', password: 'a&b' }],
    ['postgresql://u:p@h/ops%40example', { hosts: hosts(['h']), database: 'ops@example' }],
    ['postgresql:///d?host=/run/postgresql', { hosts: hosts(['/run/postgresql']), database: 'd' }],
    ['postgresql://%2Frun%2Fpostgresql/d', { hosts: hosts(['/run/postgresql']) }],
    ['postgresql://[::1]:6432/d', { hosts: hosts(['::1', 6432]) }],
    ['postgresql://', { hosts: hosts([undefined]), user: undefined, database: undefined }],
    ['postgresql://h/d?options=-c%20search_path%3Dkeys', { options: '-c search_path=keys' }],
    ['postgresql://a:1,b:2/d', { hosts: hosts(['a', 1], ['b', 2]), writable: true }],
    ['postgresql://a,b/d?port=6432', { hosts: hosts(['a', 6432], ['b', 6432]) }],
    ['postgresql:///d?host=a:1&host=b:2', { hosts: hosts(['a', 1], ['b', 2]) }],
    ['postgresql://a,b/d?target_session_attrs=any', { writable: false }],
    ['postgresql://a/d?target_session_attrs=read-write', { writable: true }],
    ['postgresql://h/d', { writable: false, ssl: expect.objectContaining({ mode: 'prefer' }) }],
    ['postgresql://h/d?sslmode=require', { ssl: expect.objectContaining({ mode: 'require' }) }],
    ['postgresql://h/d?ssl=true', { ssl: expect.objectContaining({ mode: 'verify-full' }) }],
    [
      'postgresql://h/d?sslmode=verify-ca&sslrootcert=/ca.pem',
      { ssl: { mode: 'verify-ca', rootCert: '/ca.pem', cert: undefined, key: undefined } },
    ],
  ])('%s', (url, expected) => {
    expect(read(url)?.server).toMatchObject(expected);
  });

  it('without sslmode, PGSSLMODE counts', () => {
    expect(read('postgresql://h/d', { PGSSLMODE: 'verify-full' })?.server.ssl.mode).toBe('verify-full');
  });

  it('with one direct address, or the same', () => {
    const main = 'postgresql://pooler/d';
    const { server, direct } = read(main, { APIKM_DATABASE_DIRECT_URL: 'postgresql://h/d' })!;
    expect([server.hosts[0]!.host, direct.hosts[0]!.host]).toEqual(['pooler', 'h']);
    const same = read(main, { APIKM_DATABASE_DIRECT_URL: main })!;
    expect(same.direct).toBe(same.server);
  });
});

describe('a URL of a PostgreSQL that nothing can be done with is refused by its name, never its value:', () => {
  it.each([
    ['a percent sign among escapes', 'postgresql://u:hunter%41%zz@h/d'],
    ['an escape that is no text', 'postgresql://u:hunter2%ff@h/d'],
    ['a port beyond the last', 'postgresql://u:hunter2@h:99999/d'],
    ['a port of letters', 'postgresql://u:hunter2@h:port/d'],
    ['a host with two ports', 'postgresql://u:hunter2@h:1:2/d'],
    ['an unknown parameter', 'postgresql://u:hunter2@h/d?sslmod=verify-full'],
    ['an unknown sslmode', 'postgresql://u:hunter2@h/d?sslmode=always'],
    ['a member of every object as sslmode', 'postgresql://u:hunter2@h/d?sslmode=constructor'],
    ['verify-ca without an authority', 'postgresql://u:hunter2@h/d?sslmode=verify-ca'],
    ['hosts that only read', 'postgresql://u:hunter2@a,b/d?target_session_attrs=standby'],
  ])('%s', (_, url) => {
    const parse = (): unknown => parseConfig({ APIKM_DATABASE_URL: url, APIKM_PORT: 'nine' });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/APIKM_PORT[^]*APIKM_DATABASE_URL: expected .*postgresql:\/\//);
    expect(parse).not.toThrow(/hunter/);
  });
});

describe('the address of a read replica', () => {
  const main = { APIKM_DATABASE_URL: 'postgresql://apikm@db/apikm' };
  const withReplica = (url: string) => parseConfig({ ...main, APIKM_DATABASE_READ_URL: url });

  it('has the form of the other one, and no host of it need take changes', () => {
    const { database } = withReplica('postgresql://reader:p@ss@one,two:5433/apikm?sslmode=require');
    expect(database).toMatchObject({
      server: { hosts: [{ host: 'db' }] },
      replica: {
        ...{ user: 'reader', password: 'p@ss', database: 'apikm', ssl: { mode: 'require' }, writable: false },
        hosts: [{ host: 'one' }, { host: 'two', port: 5433 }],
      },
    });
    expect(parseConfig(main).database).toMatchObject({ replica: undefined });
  });

  it.each(['pglite:memory', 'hunter2', 'postgresql://u:hunter2@h:99999/d'])('is not %s', (url) => {
    expect(() => withReplica(url)).toThrow(/APIKM_DATABASE_READ_URL: expected postgresql:/);
    expect(() => withReplica(url)).not.toThrow(/hunter/);
  });

  it('has no effect beside the embedded database, which is told', () => {
    const { warnings } = parseConfig({ APIKM_DATABASE_READ_URL: 'postgresql://db/apikm' });
    expect(warnings).toEqual([expect.stringMatching(/^APIKM_DATABASE_READ_URL has no effect/)]);
  });
});
