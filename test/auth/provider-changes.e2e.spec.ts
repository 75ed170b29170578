import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderWatch } from '../../src/auth/provider-watch.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('when the provider changes', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await TestServer.start();
    await server.get(ProviderWatch).look();
  });
  afterEach(() => server.stop());

  const token = (header: object = {}) =>
    server.keycloak.idToken('', { nonce: undefined, typ: 'Bearer', azp: 'apikey-manager' }, header);
  const present = async (text: string | Promise<string>) =>
    (await server.call('/v1/me', { headers: { authorization: `Bearer ${await text}` } })).status;

  async function logIn(): Promise<number> {
    const browser = new Browser(server.url);
    const url = new URL((await browser.go('/auth/login')).location);
    const idToken = server.keycloak.idToken(url.searchParams.get('nonce')!);
    server.keycloak.tokenAnswer = async () => ({ access_token: 'at', id_token: await idToken });
    const state = url.searchParams.get('state')!;
    const asked = new URLSearchParams({ code: 'c', state, iss: server.keycloak.issuer });
    return (await browser.go(`/auth/callback?${asked.toString()}`)).status;
  }

  it('its keys, tokens and logins with the new ones are taken at once', async () => {
    expect(await present(token())).toBe(200);
    await server.keycloak.changeKeys();
    expect(await present(token())).toBe(200);
    await server.keycloak.changeKeys();
    expect(await logIn()).toBe(303);
    await server.keycloak.changeKeys();
    expect(await logIn()).toBe(303);
  });

  it('its keys, all who come with the new one at once are let in by one look', async () => {
    expect(await present(token())).toBe(200);
    await server.keycloak.changeKeys();
    const before = server.keycloak.keyReads;
    const statuses = await Promise.all(Array.from({ length: 8 }, () => present(token())));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(server.keycloak.keyReads - before).toBe(1);
  });

  it('a key that is known to be bad is not looked up again within 30 s', async () => {
    expect(await present(token())).toBe(200);
    const before = server.keycloak.keyReads;
    for (let n = 0; n < 5; n += 1) expect(await present(token({ kid: 'bad' }))).toBe(401);
    expect(server.keycloak.keyReads - before).toBe(1);
    server.clock.advance(31);
    expect(await present(token({ kid: 'bad' }))).toBe(401);
    expect(server.keycloak.keyReads - before).toBe(2);
  });

  it('logins go on though somebody makes key ids up', async () => {
    expect(await present(token())).toBe(200);
    expect(await present(token({ kid: 'made-up' }))).toBe(401);
    await server.keycloak.changeKeys();
    expect(await logIn()).toBe(303);
  });

  it('its name, tokens and logins under the new one are taken at once, and others are still refused', async () => {
    expect(await present(token())).toBe(200);
    server.keycloak.namedAs = server.keycloak.url.replace('127.0.0.1', 'localhost');
    expect(await present(token())).toBe(200);
    expect(await logIn()).toBe(303);
    expect(await present(server.keycloak.accessToken(ALICE, { iss: 'https://evil.org' }))).toBe(401);
  });

  it('its name, the answer to a login that was begun before is taken', async () => {
    const browser = new Browser(server.url);
    const url = new URL((await browser.go('/auth/login')).location);
    server.keycloak.namedAs = server.keycloak.url.replace('127.0.0.1', 'localhost');
    const idToken = server.keycloak.idToken(url.searchParams.get('nonce')!);
    server.keycloak.tokenAnswer = async () => ({ access_token: 'at', id_token: await idToken });
    const state = url.searchParams.get('state')!;
    const asked = new URLSearchParams({ code: 'c', state, iss: server.keycloak.issuer });
    expect((await browser.go(`/auth/callback?${asked.toString()}`)).status).toBe(303);
  });

  it('foreign tokens make for one look at its description in 30 s', async () => {
    expect(await present(token())).toBe(200);
    const before = server.keycloak.discoveryReads;
    const foreign = () => present(server.keycloak.accessToken(ALICE, { iss: 'https://evil.org' }));
    for (let n = 0; n < 10; n += 1) expect(await foreign()).toBe(401);
    expect(server.keycloak.discoveryReads - before).toBe(1);
    server.clock.advance(31);
    await foreign();
    expect(server.keycloak.discoveryReads - before).toBe(2);
  });

  it('its description is read again every hour, and the old one is good while that fails', async () => {
    const before = server.keycloak.discoveryReads;
    await server.get(ProviderWatch).everyMinute();
    expect(server.keycloak.discoveryReads).toBe(before);
    server.keycloak.discoveryBroken = { status: 500, body: '' };
    server.clock.advance(3601);
    await server.get(ProviderWatch).everyMinute();
    server.clock.advance((Date.now() - server.clock.now().getTime()) / 1000);
    expect(await present(token())).toBe(200);
    expect(server.keycloak.discoveryReads).toBeGreaterThan(before);
  });
});
