import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import { RealKeycloak } from '../support/real-keycloak.js';

const ROUNDS = 8;
const SYNC_SECONDS = 2;
/** What the guarantee allows, in milliseconds. */
const BOUND = (SYNC_SECONDS + 5) * 1000;

describe('with a real Keycloak', () => {
  let keycloak: RealKeycloak;
  let server: TestServer;
  beforeAll(async () => {
    keycloak = await RealKeycloak.start();
    server = await TestServer.start({
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_SECRET: 'apikey-manager-secret',
      APIKM_KEYCLOAK_SYNC_FREQ: String(SYNC_SECONDS),
    });
  });
  afterAll(async () => {
    await server.stop();
    await keycloak.stop();
  });

  /** Through Keycloak's own login page, as a browser does it. */
  async function logIn(username: string, password: string): Promise<Browser> {
    const browser = new Browser(server.url);
    const start = await browser.go('/auth/login?returnTo=/v1/me');
    const page = await browser.follow(start.location);
    const [, action] = /<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"/.exec(page.text) ?? [];
    expect(action, page.text).toBeTruthy();
    const form = { method: 'POST', body: new URLSearchParams({ username, password, credentialId: '' }) };
    const { location } = await browser.go(action!.replaceAll('&amp;', '&'), form);
    const back = new URL(location);
    const answer = await browser.go(back.pathname + back.search);
    expect([answer.status, answer.text]).toEqual([303, expect.anything()]);
    return browser;
  }

  async function newKey(browser: Browser): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await browser.own('/v1/keys', { method: 'POST', headers, body: '{"name":"k"}' });
    expect(status).toBe(201);
    return (body as { key: string }).key;
  }

  /** Keycloak stamps its tokens by the real clock. */
  const followRealTime = () => server.clock.advance((Date.now() - server.clock.now().getTime()) / 1000);

  /** Milliseconds until it holds. */
  async function until(holds: () => Promise<boolean>): Promise<number> {
    const startedAt = performance.now();
    while (!(await holds())) {
      followRealTime();
      if (performance.now() - startedAt > BOUND) throw new Error(`it did not hold within ${BOUND} ms`);
      await pause(50);
    }
    return performance.now() - startedAt;
  }

  const status = async (key: string) => (await server.check(key)).status;
  const rolesOf = async (key: string) =>
    ((await server.check(key)).body as { iam_roles: string[] }).iam_roles;

  it('logs in on its page, with the rights of composites, groups and parent groups', async () => {
    const browser = await logIn('alice', 'alice-pw');
    const { body } = await browser.go('/v1/me');
    expect(body).toMatchObject({
      id: ALICE,
      login: 'alice',
      groups: ['/org/team-a/squad-1'],
      attributes: { plan: ['gold'], projects: ['p1', 'p2'] },
    });
    const { roles } = body as { roles: string[] };
    expect(roles).toEqual(
      expect.arrayContaining(['reader', 'writer', 'power-user', 'writer-plus', 'team-role', 'org-role']),
    );
    const { body: checked } = await server.check(await newKey(browser));
    expect(checked).toMatchObject({
      user_login: 'alice',
      config: { plan: ['gold'], projects: ['p1', 'p2'] },
    });
  });

  it('refuses the keys of a person who is disabled there, and of nobody else', async () => {
    const [alice, bob] = [
      await newKey(await logIn('alice', 'alice-pw')),
      await newKey(await logIn('bob', 'bob-pw')),
    ];
    await keycloak.admin('PUT', `/users/${BOB}`, { enabled: false });
    await until(async () => (await status(bob)) === 403);
    expect(await status(alice)).toBe(200);
    await keycloak.admin('PUT', `/users/${BOB}`, { enabled: true });
    await until(async () => (await status(bob)) === 200);
  });

  it('follows a role that is taken away, and one that a parent group gets', async () => {
    const key = await newKey(await logIn('bob', 'bob-pw'));
    expect(await rolesOf(key)).toContain('power-user');
    const role = (await keycloak.admin('GET', '/roles/power-user')) as object;
    await keycloak.admin('DELETE', `/users/${BOB}/role-mappings/realm`, [role]);
    await until(async () => !(await rolesOf(key)).some((name) => ['power-user', 'writer'].includes(name)));
    const [org] = (await keycloak.admin('GET', '/groups?search=org&exact=true')) as { id: string }[];
    const writer = (await keycloak.admin('GET', '/roles/writer')) as object;
    await keycloak.admin('POST', `/groups/${org!.id}/role-mappings/realm`, [writer]);
    await until(async () => (await rolesOf(key)).includes('writer'));
  });

  it('gives a person who is made anew under the same login none of the old keys', async () => {
    const person = {
      username: 'eve',
      enabled: true,
      email: 'eve@example.test',
      firstName: 'E',
      lastName: 'V',
    };
    const credentials = [{ type: 'password', value: 'eve-pw', temporary: false }];
    await keycloak.admin('POST', '/users', { ...person, credentials });
    const key = await newKey(await logIn('eve', 'eve-pw'));
    const [{ id }] = (await keycloak.admin('GET', '/users?username=eve&exact=true')) as [{ id: string }];
    await keycloak.admin('DELETE', `/users/${id}`);
    await until(async () => (await status(key)) === 403);
    await keycloak.admin('POST', '/users', { ...person, credentials });
    const anew = await logIn('eve', 'eve-pw');
    expect((await anew.go('/v1/keys')).body).toMatchObject({ items: [] });
    expect(await status(key)).toBe(403);
  });

  it('ends the sessions of a person who is logged out there by back-channel', async () => {
    const browser = await logIn('alice', 'alice-pw');
    const [client] = (await keycloak.admin('GET', '/clients?clientId=apikey-manager')) as [
      { id: string; attributes: object },
    ];
    const attributes = {
      ...client.attributes,
      'backchannel.logout.url': `${server.url}/auth/backchannel-logout`,
    };
    await keycloak.admin('PUT', `/clients/${client.id}`, { ...client, attributes });
    followRealTime();
    await keycloak.admin('POST', `/users/${ALICE}/logout`);
    await until(async () => (await browser.go('/v1/me')).status === 401);
  });

  it('tells how long a change takes', async () => {
    const key = await newKey(await logIn('alice', 'alice-pw'));
    const delays: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) {
      await keycloak.admin('PUT', `/users/${ALICE}`, { enabled: false });
      delays.push(await until(async () => (await status(key)) === 403));
      await keycloak.admin('PUT', `/users/${ALICE}`, { enabled: true });
      await until(async () => (await status(key)) === 200);
    }
    delays.sort((a, b) => a - b);
    console.log(
      `change to refusal at ${SYNC_SECONDS} s: median ${Math.round(delays[ROUNDS / 2]!)} ms, worst ${Math.round(delays.at(-1)!)} ms`,
    );
  });

  it('goes on verifying while it is down, and creates keys with the rights last confirmed', async () => {
    const browser = await logIn('alice', 'alice-pw');
    const key = await newKey(browser);
    const answers = new Map<number, number>();
    let over = false;
    const load = async (): Promise<void> => {
      for (; !over; await pause(10)) {
        const answer = await status(key);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    };
    const loads = Array.from({ length: 4 }, load);
    await keycloak.stop();
    await newKey(browser);
    await pause(SYNC_SECONDS * 1000);
    await keycloak.resume();
    await until(async () => (await server.synchronize()).outcome === 'done');
    over = true;
    await Promise.all(loads);
    expect([...answers.keys()]).toEqual([200]);
    expect(answers.get(200)).toBeGreaterThan(200);
  });
});
