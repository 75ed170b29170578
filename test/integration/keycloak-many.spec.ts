import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceAccount } from '../../src/keycloak/service-account.js';
import { KeycloakError } from '../../src/keycloak/keycloak-error.js';
import { PersonReader } from '../../src/keycloak/person-reader.js';
import type { KeycloakUser } from '../../src/keycloak/person-reader.js';
import { RealmReader } from '../../src/keycloak/realm-reader.js';
import { TestServer } from '../support/app.js';
import { openChromium } from '../support/chromium.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import { freePort } from '../support/free-port.js';
import { RealKeycloak } from '../support/real-keycloak.js';

const ROUNDS = 8;
const PEOPLE = 1000;
/** What the guarantee allows where events are on. */
const BOUND_MS = 10_000;

interface Person {
  readonly enabled: boolean;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

describe('with a real Keycloak whose service account may read roles and events', () => {
  let keycloak: RealKeycloak;
  let server: TestServer;
  let clientUuid: string;
  beforeAll(async () => {
    keycloak = await RealKeycloak.start();
    [{ id: clientUuid }] = (await keycloak.admin('GET', '/clients?clientId=apikey-manager')) as [Named];
    await allow('view-realm', 'view-events', 'view-clients');
    const client = (await keycloak.admin('GET', `/clients/${clientUuid}`)) as object;
    await keycloak.admin('PUT', `/clients/${clientUuid}`, { ...client, directAccessGrantsEnabled: true });
    await keycloak.admin('PUT', '/events/config', { adminEventsEnabled: true });
    server = await TestServer.start({
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_SECRET: 'apikey-manager-secret',
      APIKM_KEYCLOAK_SYNC_FREQ: '3600',
      APIKM_PORT: String(await freePort()),
    });
  });
  afterAll(async () => {
    await server.stop();
    await keycloak.stop();
  });

  async function allow(...rights: string[]): Promise<void> {
    const account = (await keycloak.admin('GET', `/clients/${clientUuid}/service-account-user`)) as Named;
    const [management] = (await keycloak.admin('GET', '/clients?clientId=realm-management')) as [Named];
    const path = `/users/${account.id}/role-mappings/clients/${management.id}`;
    const all = (await keycloak.admin('GET', `${path}/available`)) as Named[];
    await keycloak.admin(
      'POST',
      path,
      all.filter(({ name }) => rights.includes(name)),
    );
  }

  const followRealTime = () => server.clock.advance((Date.now() - server.clock.now().getTime()) / 1000);

  async function newKey(username: string, password: string): Promise<string> {
    const token = await keycloak.userToken(username, password);
    followRealTime();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await server.call('/v1/keys', { method: 'POST', headers, body: '{"name":"k"}' });
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
    return (answer.body as { key: string }).key;
  }

  /** Milliseconds until it holds. */
  async function until(holds: () => Promise<boolean>): Promise<number> {
    const startedAt = performance.now();
    while (!(await holds())) {
      followRealTime();
      if (performance.now() - startedAt > BOUND_MS) throw new Error(`it did not hold within ${BOUND_MS} ms`);
      await pause(50);
    }
    return performance.now() - startedAt;
  }

  const status = async (key: string) => (await server.check(key)).status;
  const rolesOf = async (key: string) =>
    ((await server.check(key)).body as { iam_roles: string[] }).iam_roles;

  it('misses no right', async () => {
    expect(await server.get(ServiceAccount).look()).toMatchObject({ missing: [], roles: true, events: true });
  });

  it('sees a change within seconds by the events, each time', async () => {
    const key = await newKey('alice', 'alice-pw');
    await until(async () => (await status(key)) === 200);
    const delays: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) {
      await keycloak.admin('PUT', `/users/${ALICE}`, { enabled: false });
      delays.push(await until(async () => (await status(key)) === 403));
      await keycloak.admin('PUT', `/users/${ALICE}`, { enabled: true });
      await until(async () => (await status(key)) === 200);
    }
    delays.sort((a, b) => a - b);
    console.log(
      `change to refusal by events: median ${Math.round(delays[ROUNDS / 2]!)} ms, worst ${Math.round(delays.at(-1)!)} ms`,
    );
  });

  it("follows a role of our client, and its loss by the console's path", async () => {
    const key = await newKey('bob', 'bob-pw');
    await keycloak.admin('POST', `/clients/${clientUuid}/roles`, { name: 'operator' });
    const role = (await keycloak.admin('GET', `/clients/${clientUuid}/roles/operator`)) as Named;
    await keycloak.admin('POST', `/users/${BOB}/role-mappings/clients/${clientUuid}`, [role]);
    await until(async () => (await rolesOf(key)).includes('apikey-manager:operator'));
    await keycloak.admin('DELETE', `/users/${BOB}/role-mappings/clients/${clientUuid}`, [role]);
    await until(async () => !(await rolesOf(key)).includes('apikey-manager:operator'));
  });

  it('finds the same rights of a thousand people by lists as one by one', async () => {
    await addPeople();
    const startedAt = performance.now();
    const byLists = await server.get(RealmReader).read();
    const lists = performance.now() - startedAt;
    expect(byLists.size).toBeGreaterThan(PEOPLE);
    const sorted = (person: { roles: string[]; groups: string[] }) => ({
      ...person,
      roles: [...person.roles].sort(),
      groups: [...person.groups].sort(),
    });
    const reader = server.get(PersonReader);
    // The machine may be busy with other tests: a time-out says nothing of the rights.
    const readSurely = async (id: string, tries = 5): Promise<KeycloakUser | undefined> =>
      reader.read(id).catch((error: unknown) => {
        if (!(error instanceof KeycloakError) || tries === 1) throw error;
        return pause(1000).then(() => readSurely(id, tries - 1));
      });
    const rest = [...byLists].values();
    const one = async () => {
      for (const [id, listed] of rest) expect(sorted(listed)).toEqual(sorted((await readSurely(id))!));
    };
    await Promise.all(Array.from({ length: 6 }, one));
    const each = performance.now() - startedAt - lists;
    console.log(
      `${byLists.size} people: by lists ${Math.round(lists)} ms, one by one ${Math.round(each)} ms`,
    );
  });

  it("a person logs in with a browser on Keycloak's own page", async () => {
    followRealTime();
    const chromium = await openChromium();
    try {
      const page = await chromium.newPage();
      await page.goto(`${server.publicOrigin}/auth/login?returnTo=/v1/me`);
      await page.fill('#username', 'bob');
      await page.fill('#password', 'bob-pw');
      await page.click('#kc-login');
      await page.waitForURL('**/v1/me');
      expect(await page.textContent('body')).toContain('"login":"bob"');
    } finally {
      await chromium.close();
    }
  });

  describe('who gives a wrong password too often', () => {
    const locking = { bruteForceProtected: true, failureFactor: 2, quickLoginCheckMilliSeconds: 1 };
    const guess = async (username: string) => {
      for (let i = 0; i < 4; i += 1) await keycloak.userToken(username, 'wrong').catch(() => undefined);
    };
    const synchronize = async () => {
      followRealTime();
      expect(await server.synchronize()).toMatchObject({ outcome: 'done' });
    };
    afterAll(async () => {
      await keycloak.admin('PUT', '', { bruteForceProtected: false });
      await keycloak.admin('DELETE', '/attack-detection/brute-force/users');
      await keycloak.admin('PUT', `/users/${ALICE}`, { requiredActions: [] });
      await keycloak.admin('PUT', `/users/${BOB}`, { enabled: true });
      await synchronize();
    });

    it('keeps the keys while locked for a time, and while something is to be done at the next login', async () => {
      const key = await newKey('alice', 'alice-pw');
      const waits = { waitIncrementSeconds: 300, minimumQuickLoginWaitSeconds: 300 };
      await keycloak.admin('PUT', '', { ...locking, ...waits, permanentLockout: false });
      await guess('alice');
      const lock = `/attack-detection/brute-force/users/${ALICE}`;
      await until(async () => ((await keycloak.admin('GET', lock)) as { disabled: boolean }).disabled);
      await keycloak.admin('PUT', `/users/${ALICE}`, { requiredActions: ['UPDATE_PASSWORD'] });
      await synchronize();
      expect(await status(key)).toBe(200);
    });

    it('loses them when locked for good', async () => {
      const key = await newKey('bob', 'bob-pw');
      await keycloak.admin('PUT', '', { ...locking, permanentLockout: true, maxTemporaryLockouts: 0 });
      await guess('bob');
      const isDisabled = async () => !((await keycloak.admin('GET', `/users/${BOB}`)) as Person).enabled;
      await until(isDisabled);
      await synchronize();
      expect(await status(key)).toBe(403);
    });
  });

  it("verifies on when the service account's secret is changed, and says what is wrong", async () => {
    const key = await newKey('bob', 'bob-pw');
    const { value } = (await keycloak.admin('POST', `/clients/${clientUuid}/client-secret`)) as {
      value: string;
    };
    expect(value).not.toBe('apikey-manager-secret');
    await keycloak.admin('POST', `/clients/${clientUuid}/push-revocation`);
    server.clock.advance(3600);
    expect(await server.synchronize()).toMatchObject({ outcome: 'incomplete' });
    const { problem } = await server.synchronize();
    expect(problem).toContain('client id or secret');
    expect(problem).toContain('(unauthorized_client, Invalid client or Invalid client credentials)');
    expect(await status(key)).toBe(200);
  });

  /** With roles, a composite, nested groups and a disabled person among them. */
  async function addPeople(): Promise<void> {
    const groups = ['/org', '/org/team-a', '/org/team-a/squad-1'];
    const users = Array.from({ length: PEOPLE }, (_, i) => ({
      username: `many-${i}`,
      enabled: i % 50 !== 0,
      firstName: `F${i}`,
      lastName: 'L',
      email: `many-${i}@example.test`,
      attributes: i % 3 ? { plan: ['silver'] } : {},
      realmRoles: [['reader'], ['power-user'], ['default-roles-apikeys', 'writer-plus']][i % 3],
      clientRoles: i % 7 ? {} : { 'apikey-manager': ['operator'] },
      groups: i % 4 ? [groups[i % 3]!] : [],
    }));
    await keycloak.admin('POST', '/partialImport', { ifResourceExists: 'SKIP', users });
  }
});
