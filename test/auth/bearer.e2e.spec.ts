import { generateKeyPair, exportJWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const IN_THE_FUTURE = 99_999_999_999;

describe('an access token', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start({ APIKM_DOCS_CLIENT_ID: 'key-docs' })));
  afterAll(() => server.stop());
  afterEach(() => vi.useRealTimers());

  const token = (
    claims: object = {},
    header: object = {},
    key?: Parameters<typeof server.keycloak.idToken>[3],
  ) =>
    server.keycloak.idToken(
      '',
      { nonce: undefined, typ: 'Bearer', azp: 'apikey-manager', ...claims },
      header,
      key,
    );
  const present = async (text: string) =>
    (await server.call('/v1/me', { headers: { authorization: `Bearer ${text}` } })).status;

  it('of our client opens management, by audience or by azp', async () => {
    expect(await present(await token())).toBe(200);
    expect(await present(await token({ azp: 'other' }))).toBe(200);
    expect(await present(await token({ aud: 'account' }))).toBe(200);
  });

  it('of the documentation’s client likewise, by its azp alone', async () => {
    expect(await present(await token({ aud: 'account', azp: 'key-docs' }))).toBe(200);
    expect(await present(await token({ aud: 'key-docs', azp: 'other' }))).toBe(401);
  });

  it.each<[string, object]>([
    ['for another client', { aud: 'account', azp: 'other' }],
    ['of another issuer', { iss: 'https://evil.org' }],
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: 1000 }],
    ['that begins later', { nbf: IN_THE_FUTURE }],
    ['without a subject', { sub: undefined }],
    ['that is an ID token', { typ: 'ID' }],
    ['that is a refresh token', { typ: 'Refresh' }],
    ['that is an offline token', { typ: 'Offline' }],
  ])('%s is refused', async (_, claims) => {
    expect(await present(await token(claims))).toBe(401);
  });

  it('that brings its own key, in whatever header, is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const before = server.keycloak.requests.length;
    const at = `${server.keycloak.url}/evil`;
    for (const header of [
      { jwk: await exportJWK(publicKey) },
      { jku: at },
      { x5u: at },
      { kid: at },
      { kid: '../k1' },
    ])
      expect(await present(await token({}, header, privateKey))).toBe(401);
    expect(server.keycloak.requests.slice(before).filter((url) => url.includes('evil'))).toEqual([]);
  });

  it('signed with the public key as a secret, or not at all, is refused', async () => {
    const secret = new TextEncoder().encode(await server.keycloak.publicKeyPem());
    expect(await present(await token({}, { alg: 'HS256' }, secret as never))).toBe(401);
    const [, payload] = (await token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await present(`${none}.${payload}.`)).toBe(401);
    expect(await present(`${none}.${payload}.x`)).toBe(401);
  });

  it('with key ids made up makes us read the keys at most once in 30 s', async () => {
    await present(await token());
    const before = server.keycloak.keyReads;
    for (let i = 0; i < 50; i += 1) expect(await present(await token({}, { kid: `random-${i}` }))).toBe(401);
    expect(server.keycloak.keyReads - before).toBeLessThanOrEqual(1);
  });

  it('is verified while the keys can not be read, and by new keys once they are there', async () => {
    server.keycloak.keysBroken = true;
    expect(await present(await token())).toBe(200);
    server.keycloak.keysBroken = false;
    const old = await token();
    await server.keycloak.changeKeys();
    expect(await present(old)).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    expect(await present(await token())).toBe(200);
    expect(await present(old)).toBe(401);
  });

  it('of a person who is disabled opens nothing', async () => {
    await server.reconcileAs(ALICE, { enabled: false });
    expect(await present(await token())).toBe(401);
    await server.reconcileAs(ALICE, { enabled: true });
  });
});
