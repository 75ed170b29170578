import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../support/browser.js';
import { EmbeddedServer } from '../support/embedded-server.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe.each([
  ['on its own port', {}],
  ['under a root path', { APIKM_ROOT_PATH: '/apikm' }],
])('the embedded identity provider %s', (_, settings) => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await EmbeddedServer.start({ ...settings, APIKM_LOG_LEVEL: 'info' });
  });
  afterAll(() => server.stop());

  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
  const token = async (fields: Record<string, string>) => {
    const url = `${server.url}/dev-identity/realms/apikeys/protocol/openid-connect/token`;
    const client = { client_id: 'apikey-manager', client_secret: 'apikey-manager-secret' };
    const response = await fetch(url, form({ ...client, ...fields }));
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const bearer = async (login: string) => {
    const { body } = await token({ grant_type: 'password', username: login, password: login });
    return { authorization: `Bearer ${body.access_token}` };
  };
  const me = async (login: string) => {
    const response = await fetch(`${server.url}/v1/me`, { headers: await bearer(login) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const newKey = async (login: string): Promise<string> => {
    const headers = { ...(await bearer(login)), 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/v1/keys`, { method: 'POST', headers, body: '{"name":"k"}' });
    return ((await response.json()) as { key: string }).key;
  };
  const check = async (key: string) =>
    (await fetch(`${server.url}/auth/check_key`, { headers: { 'x-api-key': key } })).status;

  async function logIn(browser: Browser, login: string, password = login) {
    const page = await browser.follow(`${server.url}/auth/login?returnTo=/v1/me`);
    const answer = await browser.own(page.url, form({ username: login, password }));
    return { page, answer, browser };
  }

  it('logs in by its page, and out again here and there', async () => {
    const browser = new Browser(server.url);
    const { page, answer } = await logIn(browser, 'alice');
    expect(page.text).toContain('<h1>Log in</h1>');
    expect(answer.status).toBe(303);
    const home = await browser.follow(answer.headers.get('location')!);
    expect(home.body).toMatchObject({ id: ALICE, login: 'alice', roles: ['reader', 'writer'] });
    const { location } = await browser.go(`${server.url}/logout`);
    const goodbye = await browser.go(location);
    expect(goodbye.text).toContain('Log out at this provider, too?');
    const [, xsrf] = /name="xsrf" value="(\w+)"/.exec(goodbye.text) ?? [];
    const [, action] = /action="([^"]+)"/.exec(goodbye.text) ?? [];
    await browser.own(action!, form({ xsrf: xsrf!, logout: 'yes' }));
    expect((await browser.go(`${server.url}/v1/me`)).status).toBe(401);
    expect((await browser.follow(`${server.url}/auth/login`)).text).toContain('<h1>Log in</h1>');
  });

  it('says what is wrong with a login and lets one try again', async () => {
    const { answer, page, browser } = await logIn(new Browser(server.url), 'alice', 'wrong');
    expect([answer.status, answer.text.includes('Wrong login or password.')]).toEqual([401, true]);
    const again = await browser.own(page.url, form({ username: 'bob', password: 'bob' }));
    expect((await browser.follow(again.headers.get('location')!)).body).toMatchObject({ id: BOB });
  });

  it('gives the demo users tokens for a login that is pasted', async () => {
    expect((await me('alice')).body).toMatchObject({
      id: ALICE,
      groups: ['/org/team-a/squad-1'],
      isAdmin: false,
    });
    expect((await me('admin')).body).toMatchObject({ isAdmin: true });
    const wrong = await token({ grant_type: 'password', username: 'alice', password: 'x' });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('shows the synchronisation a user who was disabled, and enabled again', async () => {
    const key = await newKey('bob');
    expect(await check(key)).toBe(200);
    const press = (fields: Record<string, string>) =>
      new Browser(server.url).own(`${server.url}/dev-identity/people/${BOB}`, form(fields));
    expect((await press({ enabled: 'false' })).status).toBe(303);
    await until(async () => (await check(key)) === 403);
    const { body } = await token({ grant_type: 'password', username: 'bob', password: 'bob' });
    expect(body.error).toBe('invalid_grant');
    await press({ enabled: 'true' });
    await until(async () => (await check(key)) === 200);
    await press({ role: 'apikm-admin' });
    await until(async () => (await me('bob')).body.isAdmin === true);
    await press({ role: 'apikm-admin' });
    await until(async () => (await me('bob')).body.isAdmin === false);
  });

  it('says on its users page within seconds what a change did to keys', async () => {
    const key = await newKey('bob');
    const effect = async () =>
      ((await (await fetch(`${server.url}/dev-identity/effects`)).json()) as Record<string, string>)[BOB]!;
    const press = (fields: Record<string, string>) =>
      new Browser(server.url).own(`${server.url}/dev-identity/people/${BOB}`, form(fields));
    await until(async () => /pass(?:es)?, with reader at most/.test(await effect()));
    await press({ enabled: 'false' });
    expect(await effect()).toBe('The key manager has not heard of this change yet…');
    await until(async () => (await effect()).includes('refused now: the owner is disabled'));
    expect(await check(key)).toBe(403);
    const { text } = await new Browser(server.url).go(`${server.url}/dev-identity/`);
    expect(text).toContain('refused now: the owner is disabled');
    await press({ enabled: 'true' });
    await press({ role: 'reader' });
    await until(async () => /pass(?:es)?, with no role at most/.test(await effect()));
    expect(await check(key)).toBe(200);
    await press({ role: 'reader' });
  });

  it('shows its users page with what can be switched', async () => {
    const { text } = await new Browser(server.url).go(`${server.url}/dev-identity/`);
    expect(text).toContain('aria-label="Disable: alice"');
    expect(text).toContain('everybody who reaches this page can log in as anybody');
  });

  it('is silent in the log at its usual level, so that what is printed at start stays in sight', async () => {
    for (const path of ['/dev-identity/', '/dev-identity/nothing', '/nowhere'])
      await fetch(server.url + path);
    const about = (path: string) =>
      server.lines.filter((line) => line.includes('"msg":"request"') && line.includes(path));
    await until(async () => about('/nowhere').length > 0);
    // Of a login only the answer that comes back to us names it.
    expect(about('/dev-identity').filter((line) => !line.includes('/auth/callback'))).toEqual([]);
  });

  it('takes no form from a foreign page', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const url = `${server.url}/dev-identity/people/${BOB}`;
    expect((await fetch(url, { ...form({ enabled: 'false' }), headers })).status).toBe(403);
  });

  it('keeps its admin endpoints for the service account', async () => {
    const url = `${server.url}/dev-identity/admin/realms/apikeys/users/${ALICE}`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: await bearer('admin') })).status).toBe(401);
    const { body } = await token({ grant_type: 'client_credentials' });
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ id: ALICE, username: 'alice' });
    const gone = await fetch(`${url}x`, { headers });
    expect([gone.status, await gone.json()]).toEqual([404, { error: 'User not found' }]);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await pause(100);
  }
  throw new Error('it did not come to hold within 10 s');
}
