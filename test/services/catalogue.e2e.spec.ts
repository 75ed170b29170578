import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Services } from '../../src/services/services.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const CATALOGUE = `services:
  - audience: maps
    title: Tiles of the office
    description: Background maps
    url: https://tiles.example.org/{z}/{x}/{y}.png
    kind: xyz
    carriers: [query, header]
    scopes: [{name: 'tiles:read', title: Look at maps, readOnly: true}]
    docs: https://docs.example.org/tiles
  - audience: raw
    title: Rohdaten für alle
    roles: [operator]
    sts: {url: https://s3.example.org/}
  - audience: __proto__
    title: Odd
    roles: [reader]
`;
const folder = mkdtempSync(join(tmpdir(), 'apikm-services-'));
const file = join(folder, 'services.yaml');
const write = (text: string): void => writeFileSync(file, text);
const MAPS = { audience: 'maps', title: 'Tiles of the office' };

afterAll(() => rmSync(folder, { recursive: true }));

/** A real one, to this process; without a listener it would end the tests. */
async function signal(): Promise<void> {
  expect(process.listenerCount('SIGHUP')).toBeGreaterThan(0);
  const arrived = once(process, 'SIGHUP');
  process.kill(process.pid, 'SIGHUP');
  await arrived;
}

describe('with a catalogue', () => {
  let server: TestServer;
  beforeAll(async () => {
    write(CATALOGUE);
    server = await TestServer.start({ APIKM_SERVICES: file, APIKM_LOG_LEVEL: 'info' });
  });
  afterAll(() => server.stop());

  const offered = async (sub: string): Promise<string[]> => {
    const { body } = await server.as(sub, 'GET', '/v1/services');
    return (body.items as { audience: string }[]).map(({ audience }) => audience);
  };
  const reload = (text: string): string => {
    write(text);
    const before = server.lines.length;
    server.get(Services as never as new () => Services).reload();
    expect(server.lines.length).toBe(before + 1);
    return server.lines.at(-1)!;
  };

  it('tells whoever is signed in all that it says of a service', async () => {
    const { status, body } = await server.as(ALICE, 'GET', '/v1/services');
    expect(status).toBe(200);
    expect(body.items[0]).toEqual({
      ...MAPS,
      description: 'Background maps',
      url: 'https://tiles.example.org/{z}/{x}/{y}.png',
      kind: 'xyz',
      carriers: ['query', 'header'],
      scopes: [{ name: 'tiles:read', title: 'Look at maps', readOnly: true }],
      docs: 'https://docs.example.org/tiles',
      tokenMaxSeconds: null,
      sts: null,
    });
  });

  it('tells nothing to whoever is not signed in, not even with a key', async () => {
    const { key } = await server.createKey();
    for (const headers of [{}, { 'x-api-key': key }, { authorization: `Bearer ${key}` }] as Record<
      string,
      string
    >[])
      expect((await server.call('/v1/services', { headers })).status).toBe(401);
  });

  it('offers a service with roles to who holds one of them, and all to administrators', async () => {
    await server.reconcileAs(ALICE, { roles: ['reader'] });
    await server.reconcileAs(BOB, { roles: ['operator', 'viewer'] });
    expect(await offered(ALICE)).toEqual(['maps', '__proto__']);
    expect(await offered(BOB)).toEqual(['maps', 'raw']);
    await server.reconcileAs(BOB, { roles: ['apikm-admin'] });
    expect(await offered(BOB)).toEqual(['maps', 'raw', '__proto__']);
    await server.reconcileAs(BOB, { roles: [] });
    expect(await offered(BOB)).toEqual(['maps']);
  });

  it('names the services of a key in every record of it, and takes others too', async () => {
    const audiences = ['maps', 'constructor', '__proto__', 'raw'];
    const services = [
      MAPS,
      { audience: 'constructor', title: null },
      { audience: '__proto__', title: 'Odd' },
      { audience: 'raw', title: 'Rohdaten für alle' },
    ];
    const made = await server.as(ALICE, 'POST', '/v1/keys', { name: 'a', audiences });
    expect(made).toMatchObject({ status: 201, body: { audiences, services } });
    const path = `/v1/keys/${made.body.id}`;
    expect((await server.as(ALICE, 'GET', path)).body).toMatchObject({ audiences, services });
    const { items } = (await server.as(ALICE, 'GET', '/v1/keys')).body as { items: { id: string }[] };
    expect(items.find(({ id }) => id === made.body.id)).toMatchObject({ audiences, services });
    expect((await server.as(ALICE, 'POST', `${path}/revoke`)).body).toMatchObject({ audiences, services });
  });

  it('says of a key for all audiences that it is for all services', async () => {
    const { body } = await server.as(ALICE, 'POST', '/v1/keys', { name: 'a' });
    expect([body.audiences, body.services]).toEqual([null, null]);
  });

  it('names the service in the refusal of a gateway that asks for it', async () => {
    const { key } = await server.createKey({ audiences: ['maps'] });
    const ask = async (query: string, presented = key) => {
      const headers = { 'x-api-key': presented };
      const { status, body } = await server.call(`/v1/forward-auth${query}`, { headers });
      return [status, body?.detail];
    };
    expect(await ask('?audience=maps')).toEqual([200, undefined]);
    expect(await ask('?audience=raw')).toEqual([403, 'The API key is not for Rohdaten für alle.']);
    const here = 'The API key is not valid for this request.';
    expect(await ask('?audience=maps&require=role:boss')).toEqual([403, `${here} (Tiles of the office)`]);
    const wrong = 'The API key is wrong, revoked or expired.';
    expect(await ask('?audience=maps', 'akm_x')).toEqual([401, `${wrong} (Tiles of the office)`]);
    // What it doesn't know, and where none was asked for, as ever.
    expect(await ask('?audience=constructor')).toEqual([403, here]);
    expect(await ask('?require=role:boss')).toEqual([403, here]);
  });

  it('takes a new file, and says so in one line', async () => {
    const line = reload('services: [{audience: new, title: New one}]');
    expect(line).toContain('The service catalogue was read again. Services: 1.');
    expect(await offered(ALICE)).toEqual(['new']);
    reload('services: []');
    expect(await offered(ALICE)).toEqual([]);
    reload(CATALOGUE);
  });

  it('refuses a new file with every mistake in the log, and goes on with the old one', async () => {
    const { level, msg } = JSON.parse(reload('services:\n  - audience: a\n    kind: b')) as Record<
      string,
      string
    >;
    expect(level).toBe('error');
    expect(msg).toContain(`${file}:2: services[0].title is missing`);
    expect(msg).toContain(`${file}:3: services[0].kind must be one of`);
    expect(msg).toContain('The previous one stays in use.');
    expect(await offered(ALICE)).toContain('maps');
  });

  it('is read again at SIGHUP', async () => {
    write('services: [{audience: signalled, title: By signal}]');
    await signal();
    expect(await offered(ALICE)).toEqual(['signalled']);
    write('services: [{audience: signalled}]');
    await signal();
    expect(server.lines.at(-1)).toContain(`${file}:1: services[0].title is missing`);
    expect(await offered(ALICE)).toEqual(['signalled']);
    reload(CATALOGUE);
  });

  it('goes on with the old one when the file is gone', async () => {
    rmSync(file);
    server.get(Services as never as new () => Services).reload();
    expect(server.lines.at(-1)).toContain("can't be read (ENOENT)");
    expect(await offered(ALICE)).toContain('maps');
    reload(CATALOGUE);
  });
});

describe('with services alone', () => {
  let server: TestServer;
  beforeAll(async () => {
    write(CATALOGUE);
    server = await TestServer.start({ APIKM_SERVICES: file, APIKM_SERVICES_ONLY: 'true' });
  });
  afterAll(() => server.stop());

  const make = (audiences?: string[]) => server.as(ALICE, 'POST', '/v1/keys', { name: 'a', audiences });

  it.each([[['maps', 'other']], [['constructor']], [['toString', 'maps']]])(
    'makes no key for %j, and says what there is',
    async (audiences) => {
      const before = (await server.as(ALICE, 'GET', '/v1/keys')).body.items.length;
      expect(await make(audiences)).toMatchObject({
        status: 400,
        body: {
          code: 'AUDIENCE_NOT_OFFERED',
          detail:
            'audiences must be among the services that keys can be made for here: maps, raw, __proto__.',
        },
      });
      expect((await server.as(ALICE, 'GET', '/v1/keys')).body.items).toHaveLength(before);
    },
  );

  it.each([[['maps']], [['raw', 'maps']], [['__proto__']], [undefined]])(
    'makes a key for %j',
    async (audiences) => {
      expect(await make(audiences)).toMatchObject({ status: 201, body: { audiences: audiences ?? null } });
    },
  );

  it('makes keys by the predecessor’s route, which are for all', async () => {
    expect((await server.as(ALICE, 'GET', '/auth/api_key/new?name=a')).status).toBe(200);
  });
});

describe('a catalogue with mistakes', () => {
  it('stops the start with all of them', async () => {
    write('services:\n  - audience: a\n    titel: b');
    await expect(TestServer.start({ APIKM_SERVICES: file })).rejects.toThrow(
      `The service catalogue can't be used:
  - ${file}:2: services[0].title is missing: it must be text of 1 to 128 characters, in quotes where it looks like something else
  - ${file}:3: "titel" is not a field of services[0]; the fields are audience, title,`,
    );
  });
});

describe('a server that has stopped', () => {
  it('listens to no signal any more', async () => {
    write(CATALOGUE);
    const before = process.listenerCount('SIGHUP');
    const server = await TestServer.start({ APIKM_SERVICES: file });
    expect(process.listenerCount('SIGHUP')).toBe(before + 1);
    await server.stop();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});

describe('without a catalogue', () => {
  it('offers nothing, takes every audience, and refuses in the words of before', async () => {
    const server = await TestServer.start();
    expect((await server.as(ALICE, 'GET', '/v1/services')).body).toEqual({ items: [] });
    const made = await server.as(ALICE, 'POST', '/v1/keys', { name: 'a', audiences: ['maps'] });
    expect(made).toMatchObject({ status: 201, body: { services: [{ audience: 'maps', title: null }] } });
    const headers = { 'x-api-key': made.body.key as string };
    const { body } = await server.call('/v1/forward-auth?audience=raw', { headers });
    expect(body.detail).toBe('The API key is not valid for this request.');
  });
});
