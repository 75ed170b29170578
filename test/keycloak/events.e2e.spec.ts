import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SyncJournal } from '../../src/rights/sync-journal.js';
import { TestServer } from '../support/app.js';
import { addOwners } from '../support/many-owners.js';

const BOUND_MS = 10_000;

async function within(holds: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > BOUND_MS) throw new Error(`it did not hold within ${BOUND_MS} ms`);
    await pause(100);
  }
}

describe('with admin events, between two passes', () => {
  let server: TestServer;
  let people: { id: string; key: string }[];
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '3600' });
    server.keycloak.can.events = true;
    people = await addOwners(server, 30);
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    await act('now');
  });
  afterAll(() => server.stop());

  const act = async (action: string) => (await server.as('admin', 'POST', '/v1/admin/sync', { action })).body;
  const status = async (index: number) => (await server.check(people[index]!.key)).status;

  it('a disabled person is out within seconds, and only that person is read', async () => {
    server.keycloak.people.get('person-4')!.enabled = false;
    const before = server.keycloak.reads.made;
    server.keycloak.record('USER', 'users/person-4');
    await within(async () => (await status(4)) === 403);
    expect(server.keycloak.reads.made - before).toBeLessThan(15);
  });

  it("a role taken away by the console's path is gone", async () => {
    server.keycloak.people.get('person-5')!.roles = [];
    server.keycloak.record('REALM_ROLE_MAPPING', 'ui-ext/role-mapping-delete/users/person-5');
    await within(async () => (await rolesOf(5)).length === 0);
  });

  it('what happens to a group or a role is followed for everybody', async () => {
    for (const { id } of people) server.keycloak.people.get(id)!.roles.push('from-group');
    server.keycloak.record('REALM_ROLE_MAPPING', 'groups/g-1/role-mappings/realm');
    await within(async () => (await rolesOf(6)).includes('from-group'));
  });

  it('a path that can not be read may mean anybody, and stops nothing', async () => {
    server.keycloak.people.get('person-9')!.enabled = false;
    server.keycloak.record('USER', 'users/%E0%A4%A');
    await within(async () => (await status(9)) === 403);
  });

  it('an event that is stamped earlier but committed later is not missed', async () => {
    server.keycloak.people.get('person-7')!.enabled = false;
    server.keycloak.record('USER', 'users/person-7');
    Object.assign(server.keycloak.events[0]!, { time: Date.now() - 30_000 });
    await within(async () => (await status(7)) === 403);
  });

  it('a pause holds everything, and resuming catches up', async () => {
    expect(await act('pause')).toMatchObject({ paused: true });
    server.keycloak.people.get('person-8')!.enabled = false;
    server.keycloak.record('USER', 'users/person-8');
    expect((await server.as('admin', 'POST', '/v1/admin/sync', { action: 'now' })).body).toMatchObject({
      code: 'SYNC_PAUSED',
    });
    await pause(4000);
    expect(await status(8)).toBe(200);
    await act('resume');
    await within(async () => (await status(8)) === 403);
  });

  async function rolesOf(index: number): Promise<string[]> {
    return ((await server.check(people[index]!.key)).body as { iam_roles: string[] }).iam_roles;
  }
});

describe('when Keycloak was away at the start, with nobody to read', () => {
  it('somebody who is disabled before the feed is looked at for the first time is out within seconds', async () => {
    const away = { status: 503, body: '' };
    const server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '3600' }, (keycloak) => {
      Object.assign(keycloak, { broken: away });
      keycloak.can.events = true;
    });
    await within(async () => (await server.get(SyncJournal).read()).lastPass !== null);
    const [person] = await addOwners(server, 1);
    server.keycloak.people.get(person!.id)!.enabled = false;
    server.keycloak.record('USER', `users/${person!.id}`);
    server.keycloak.broken = undefined;
    await within(async () => (await server.check(person!.key)).status === 403);
  });
});
