import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { OwnersService } from '../../src/owners/owners.service.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import type { KeycloakStandIn } from '../support/keycloak-stand-in.js';
import { addOwners } from '../support/many-owners.js';

describe('a pass over everybody', () => {
  let server: TestServer;
  let people: { id: string; key: string }[];
  beforeAll(async () => {
    server = await TestServer.start();
    people = await addOwners(server, 40);
  });
  afterAll(() => server.stop());

  const statusOf = async (index: number) => (await server.check(people[index]!.key)).status;

  it('ends keys that were never used, too', async () => {
    server.keycloak.people.get('person-0')!.enabled = false;
    expect(await server.synchronize()).toMatchObject({ mode: 'each', outcome: 'done', changed: 1 });
    expect(await statusOf(0)).toBe(403);
    expect(await statusOf(1)).toBe(200);
  });

  it('takes over roles, groups and attributes, and tells since when they are known', async () => {
    Object.assign(server.keycloak.people.get('person-1')!, {
      roles: ['writer'],
      groups: ['/other'],
      attributes: { plan: ['silver'] },
    });
    server.clock.advance(60);
    await server.synchronize();
    const owner = await server.get(OwnersService).find('person-1');
    expect(owner).toMatchObject({
      roles: ['writer'],
      groups: ['/other'],
      attributes: { plan: ['silver'] },
      rightsReadAt: server.clock.now(),
    });
    const { rightsReadAt } = (await server.get(OwnersService).find('person-2'))!;
    expect(rightsReadAt).toEqual(server.clock.now());
  });

  it('believes that somebody is gone only when it is told so twice', async () => {
    server.keycloak.forgotten.set('person-2', 1);
    await server.synchronize();
    expect(await statusOf(2)).toBe(200);
    server.keycloak.people.delete('person-2');
    await server.synchronize();
    expect(await statusOf(2)).toBe(403);
  });

  it('never writes older rights over newer', async () => {
    const owners = server.get(OwnersService);
    const known = (await owners.find('person-3'))!;
    const older = new Date(server.clock.millis() - 1000);
    await owners.confirm({ ...known, enabled: false, rightsReadAt: older });
    expect(await statusOf(3)).toBe(200);
  });

  it('leaves whom it can not read as they are', async () => {
    server.keycloak.broken = { status: 503, body: '{}' };
    expect(await server.synchronize()).toMatchObject({ outcome: 'incomplete', confirmed: 0, changed: 0 });
    server.keycloak.broken = undefined;
    expect(await server.synchronize()).toMatchObject({ outcome: 'done', problem: null });
    expect(await statusOf(1)).toBe(200);
  });

  it('changes nothing when too many would lose everything, until an administrator wants it', async () => {
    for (let i = 10; i < 25; i += 1) server.keycloak.people.get(`person-${i}`)!.roles = [];
    for (let i = 10; i < 25; i += 1) server.keycloak.people.get(`person-${i}`)!.groups = [];
    server.keycloak.people.get('person-30')!.enabled = false;
    expect(await server.synchronize()).toMatchObject({
      outcome: 'held',
      losers: 15,
      changed: 0,
      confirmed: 0,
    });
    expect(await statusOf(30)).toBe(200);
    expect(await server.get(OwnersService).find('person-10')).toMatchObject({ roles: ['reader'] });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    server.clock.advance(1);
    const { body } = await server.as('admin', 'POST', '/v1/admin/sync', { action: 'confirmMassChange' });
    expect(body).toMatchObject({ lastPass: { outcome: 'done', losers: 15 } });
    expect(await statusOf(30)).toBe(403);
    expect(await server.get(OwnersService).find('person-10')).toMatchObject({ roles: [] });
  });
});

describe('a pass over many, where the service account may read roles', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    await addOwners(server, 1200);
    server.keycloak.can.roles = true;
  });
  afterAll(() => server.stop());

  it('takes a few lists, and never more than eight requests at once', async () => {
    Object.assign(server.keycloak.reads, { made: 0, most: 0 });
    server.clock.advance(60);
    expect(await server.synchronize()).toMatchObject({
      mode: 'lists',
      outcome: 'done',
      owners: 1200,
      changed: 0,
    });
    expect(server.keycloak.reads.made).toBeLessThan(40);
    const { rightsReadAt } = (await server.get(OwnersService).find('person-1199'))!;
    expect(rightsReadAt).toEqual(server.clock.now());
  });

  it('reads those who differ one by one, and takes over what that says', async () => {
    server.keycloak.people.get('person-7')!.roles = ['writer', 'reader'];
    server.keycloak.people.get('person-8')!.enabled = false;
    server.keycloak.people.delete('person-9');
    expect(await server.synchronize()).toMatchObject({ mode: 'lists', outcome: 'done', changed: 3 });
    const owners = server.get(OwnersService);
    expect((await owners.find('person-7'))!.roles.sort()).toEqual(['reader', 'writer']);
    expect(await owners.find('person-8')).toMatchObject({ enabled: false });
    expect(await owners.find('person-9')).toMatchObject({ enabled: false, login: 'login-person-9' });
  });
});

describe('one person with many keys', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start()));
  afterAll(() => server.stop());

  it('is read once', async () => {
    for (let i = 0; i < 40; i += 1) await server.createKey();
    const userReads = () =>
      server.keycloak.requests.filter((path) => path.endsWith(`/users/${ALICE}`)).length;
    const before = userReads();
    expect(await server.synchronize()).toMatchObject({ owners: 1 });
    expect(userReads() - before).toBe(1);
  });
});

describe('the rights of whoever is here now', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '-1' })));
  afterAll(() => server.stop());

  it('are the claims of the token when the settings say so, and Keycloak is not asked', async () => {
    const claims = {
      preferred_username: 'carol',
      realm_access: { roles: ['token-role'] },
      resource_access: { 'apikey-manager': { roles: ['own'] }, other: { roles: ['foreign'] } },
      groups: ['/g'],
      plan: 'gold',
      iat: Math.floor(server.clock.millis() / 1000),
    };
    const before = server.keycloak.reads.made;
    const me = await server.call('/v1/me', {
      headers: { authorization: `Bearer ${await server.keycloak.accessToken('carol-id', claims)}` },
    });
    expect(me.body).toMatchObject({
      login: 'carol',
      roles: ['token-role', 'apikey-manager:own'],
      groups: ['/g'],
      attributes: { plan: ['gold'] },
    });
    expect(server.keycloak.reads.made).toBe(before);
  });
});

describe('who holds no live key', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '600' })));
  afterAll(() => server.stop());

  it('loses administration all the same when the role is taken away', async () => {
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    expect((await server.as('admin', 'GET', '/v1/admin/sync')).status).toBe(200);
    server.keycloak.people.get('admin')!.roles = [];
    server.clock.advance(606);
    expect((await server.as('admin', 'GET', '/v1/admin/sync')).status).toBe(403);
    expect((await server.as(ALICE, 'GET', '/v1/me')).status).toBe(200);
    server.keycloak.people.get(BOB)!.enabled = false;
    expect((await server.as(BOB, 'GET', '/v1/me')).status).toBe(401);
  });
});

describe('roles of our client', () => {
  const unanswered = { status: 503, body: '{}', paths: /apikeys\/clients/ };
  const started = (prepare = (_: KeycloakStandIn): void => undefined) =>
    TestServer.start({}, (keycloak) => {
      Object.assign(keycloak.can, { clients: true });
      keycloak.people.get(ALICE)!.clientRoles = ['operator'];
      prepare(keycloak);
    });
  const rolesOf = async (server: TestServer, key: string) =>
    ((await server.check(key)).body as { iam_roles: string[] }).iam_roles;

  it('stay when Keycloak does not tell for once whether they can be read', async () => {
    const server = await started();
    onTestFinished(() => server.stop());
    const { key } = await server.createKey();
    server.keycloak.broken = unanswered;
    server.clock.advance(60);
    expect(await server.synchronize()).toMatchObject({ outcome: 'done', changed: 0 });
    expect(await rolesOf(server, key)).toContain('apikey-manager:operator');
  });

  it('are not left out of what is read before Keycloak has told that', async () => {
    const server = await started((keycloak) => (keycloak.broken = unanswered));
    onTestFinished(() => server.stop());
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'k' })).status).toBe(503);
    server.keycloak.broken = undefined;
    const { key } = await server.createKey();
    expect(await rolesOf(server, key)).toContain('apikey-manager:operator');
  });
});

it('a pass with nobody to be read is no success while Keycloak gives nothing', async () => {
  const server = await TestServer.start();
  onTestFinished(() => server.stop());
  server.keycloak.refusesAccount = true;
  server.clock.advance(61);
  expect(await server.synchronize()).toMatchObject({
    ...{ outcome: 'incomplete', owners: 0, unreadable: 0 },
    problem: expect.stringContaining('unauthorized_client') as string,
  });
  server.keycloak.refusesAccount = false;
  expect(await server.synchronize()).toMatchObject({ outcome: 'done', problem: null });
});
