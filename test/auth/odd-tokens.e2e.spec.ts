import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

describe('what the provider has signed, but not as an access token of ours', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start()));
  afterAll(() => server.stop());

  const present = async (claims: object, header: object = {}) => {
    const own = { nonce: undefined, typ: 'Bearer', azp: 'apikey-manager', ...claims };
    const token = await server.keycloak.idToken('', own, header);
    return (await server.call('/v1/me', { headers: { authorization: `Bearer ${token}` } })).status;
  };
  const logOut = async (claims: Record<string, unknown>) => {
    const token = await server.keycloak.logoutToken(claims);
    const body = new URLSearchParams({ logout_token: token });
    return (await server.call('/auth/backchannel-logout', { method: 'POST', body })).status;
  };

  it.each<[string, object]>([
    ['an ID token that doesn’t say so', { typ: undefined }],
    ['an ID token, by its nonce', { nonce: 'n' }],
    ['a logout token', { typ: 'Logout', events: { [EVENT]: {} } }],
    ['a logout token, by its events', { events: { [EVENT]: {} } }],
    ['a token of another kind', { typ: 'DPoP' }],
    ['nobody’s, with an empty subject', { sub: '' }],
    ['nobody’s, with NUL in its subject', { sub: 'a\0b' }],
    ['nobody’s, with half a surrogate in its subject', { sub: 'a\ud800b' }],
    ['nobody’s, with a subject that is too long', { sub: 'x'.repeat(256) }],
  ])('%s opens nothing', async (_, claims) => {
    expect(await present(claims)).toBe(401);
  });

  it('an access token by the word of its header is one, too', async () => {
    expect(await present({ typ: undefined }, { typ: 'at+jwt' })).toBe(200);
    expect(await present({ typ: undefined }, { typ: 'JWT' })).toBe(401);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a text for events', { events: EVENT, sub: ALICE }],
    ['a list for events', { events: [EVENT], sub: ALICE }],
    ['no such event', { events: { constructor: {} }, sub: ALICE }],
    ['NUL in its sid', { sid: 'a\0b' }],
    ['NUL in its sub', { sub: 'a\0b' }],
    ['nobody to log out', {}],
  ])('a logout token with %s is refused as such', async (_, claims) => {
    expect(await logOut(claims)).toBe(400);
  });
});
