import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenProof } from '../../src/auth/token-proof.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE, KeycloakStandIn } from '../support/keycloak-stand-in.js';

describe('a token that is refused', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_LOG_LEVEL: 'info', APIKM_LOG_FORMAT: 'json' });
  });
  afterAll(() => server.stop());

  const CLAIMS = { nonce: undefined, typ: 'Bearer', azp: 'apikey-manager', aud: 'account' };
  const token = (claims: object = {}, header: object = {}) =>
    server.keycloak.idToken('', { ...CLAIMS, ...claims }, header);

  async function present(text: string) {
    const before = server.lines.length;
    const answer = await server.call('/v1/me', { headers: { authorization: `Bearer ${text}` } });
    const lines = server.lines.slice(before).map((line) => JSON.parse(line) as Record<string, string>);
    return { answer, cause: lines.find(({ code }) => code === 'INVALID_TOKEN')?.cause };
  }

  it.each<[string, object, RegExp, () => RegExp]>([
    [
      'another issuer',
      { iss: 'https://evil.org' },
      /another provider/,
      () => /^iss is "https:\/\/evil.org", expected "http:.*\/realms\/apikeys"$/,
    ],
    [
      'another client',
      { azp: 'other', aud: ['account', 'x'] },
      /another client/,
      () => /^aud is \["account","x"\] and azp "other", expected "apikey-manager"/,
    ],
    [
      'an end in the past',
      { exp: 1_700_000_000 },
      /expired/,
      () => /^exp is 2023-11-14T22:13:20.000Z, and it is 20\d\d-.*Z here$/,
    ],
    [
      'a begin in the future',
      { nbf: 4_000_000_000 },
      /not valid yet/,
      () => /^nbf is 2096-10-02T07:06:40.000Z, and it is 20\d\d-.*Z here$/,
    ],
    ['no end', { exp: undefined }, /lacks a required claim/, () => /^exp is missing$/],
    [
      'the kind of an ID token',
      { typ: 'ID' },
      /not an access token/,
      () => /^typ is "ID", and missing in the header/,
    ],
    ['a nonce', { nonce: 'n' }, /not an access token/, () => /^it has nonce/],
    ['the kind of a refresh token', { typ: 'Refresh' }, /refresh token/, () => /^typ is "Refresh"/],
    ['nobody as its subject', { sub: 'a\0' }, /no usable subject/, () => /^sub is "a\\u0000"$/],
    ['a line end in its issuer', { iss: 'a\nb' }, /another provider/, () => /^iss is "a\\nb"/],
  ])(
    'for %s says which kind, and the log which claim with both values',
    async (_, claims, sentence, logged) => {
      const { answer, cause } = await present(await token(claims));
      expect([answer.status, answer.body.detail]).toEqual([401, expect.stringMatching(sentence)]);
      expect(cause).toMatch(logged());
    },
  );

  it('of another realm is told by its issuer, whatever it is signed with', async () => {
    const other = await KeycloakStandIn.start();
    await other.changeKeys();
    const { answer, cause } = await present(await other.accessToken(ALICE));
    await other.stop();
    expect(answer.body.detail).toMatch(/another provider or realm/);
    expect(cause).toContain(`iss is "${other.issuer}", expected "${server.keycloak.issuer}"`);
  });

  it('for its key is told by the key and where it was looked for', async () => {
    const { answer, cause } = await present(await token({}, { kid: 'made-up' }));
    expect(answer.body.detail).toMatch(/does not publish/);
    expect(cause).toMatch(/^kid is "made-up", which is not among the keys of http:.*\/certs$/);
  });

  it('never stands in the log itself', async () => {
    const texts = [await token({ exp: 1000 }), await token({ iss: 'x' }), `${await token()}x`];
    for (const text of [...texts, 'a.b.c']) await present(text);
    const all = server.lines.join('');
    for (const part of texts.flatMap((text) => text.split('.'))) expect(all).not.toContain(part);
  });

  it('is counted by kind', async () => {
    expect(server.get(TokenProof).refused).toMatchObject({
      issuer: expect.any(Number),
      expired: expect.any(Number),
    });
  });
});

describe('a clock that is wrong', () => {
  async function logIn(secondsAhead: number) {
    const server = await TestServer.start({ APIKM_LOG_LEVEL: 'info', APIKM_LOG_FORMAT: 'json' });
    const browser = new Browser(server.url);
    server.clock.advance(secondsAhead);
    const url = new URL((await browser.go('/auth/login')).location);
    const idToken = await server.keycloak.idToken(url.searchParams.get('nonce')!);
    server.keycloak.tokenAnswer = () => Promise.resolve({ access_token: 'at', id_token: idToken });
    const state = url.searchParams.get('state')!;
    const asked = new URLSearchParams({ code: 'c', state, iss: server.keycloak.issuer });
    const answer = await browser.go(`/auth/callback?${asked.toString()}`);
    const { iat, exp } = decodeJwt(idToken);
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
    return { server, answer, iat: iso(iat!), exp: iso(exp!), here: server.clock.now().toISOString() };
  }

  it('by ten minutes ahead is told to the person as that, and to the log with both times', async () => {
    const { server, answer, exp, here } = await logIn(600);
    expect([answer.status, answer.text]).toEqual([
      403,
      expect.stringMatching(/clocks .* differ. Tell the operator/),
    ]);
    expect(server.lines.join('')).toContain(`exp is ${exp}, and it is ${here} here`);
  });

  it('by ten minutes behind lets people in, and is told to the log with both times', async () => {
    const { server, answer, iat, here } = await logIn(-600);
    expect(answer.status).toBe(303);
    expect(server.lines.join('')).toContain(`it is ${iat} at the identity provider and ${here} here`);
  });
});

describe('the predecessor’s routes', () => {
  it('take an access token without the word Bearer, and ours don’t', async () => {
    const server = await TestServer.start();
    const authorization = await server.keycloak.accessToken(ALICE);
    for (const path of ['/auth/me', '/auth/api_key/list', '/auth/api_key/new?name=x'])
      expect([path, (await server.call(path, { headers: { authorization } })).status]).toEqual([path, 200]);
    expect((await server.call('/v1/me', { headers: { authorization } })).status).toBe(401);
    for (const junk of ['x', 'Token x', `Basic ${authorization}`, `${authorization} x`])
      expect((await server.call('/auth/me', { headers: { authorization: junk } })).status).toBe(401);
  });
});

describe('a person who was disabled and is enabled again', () => {
  it('gets in with the next request, though no key makes anybody follow that', async () => {
    const server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '300' });
    await server.reconcileAs(ALICE, { enabled: false });
    expect((await server.as(ALICE, 'GET', '/v1/me')).status).toBe(401);
    server.keycloak.people.get(ALICE)!.enabled = true;
    expect((await server.as(ALICE, 'GET', '/v1/me')).status).toBe(200);
  });
});

describe('the service account of a client', () => {
  it('makes keys of its own, whose record says whose they are', async () => {
    const server = await TestServer.start();
    const id = '99999999-9999-4999-8999-999999999999';
    server.keycloak.add({ id, username: 'service-account-nightly' });
    const made = await server.as(id, 'POST', '/v1/keys', { name: 'nightly' });
    expect([made.status, made.body.serviceAccount]).toEqual([201, true]);
    expect((await server.as(id, 'GET', '/v1/keys')).body.items).toMatchObject([{ serviceAccount: true }]);
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'mine' })).body.serviceAccount).toBe(false);
  });
});
