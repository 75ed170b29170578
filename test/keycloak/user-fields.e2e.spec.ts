import { describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { addOwners } from '../support/many-owners.js';

const ATTRIBUTES = 'username,email,emailVerified,firstName,lastName,plan';
const CAROL = {
  id: 'carol',
  username: 'carol',
  email: 'carol@example.test',
  emailVerified: false,
  firstName: 'Carol',
  attributes: { plan: ['gold'], email: ['claimed@example.test'] },
};
const FIELDS = {
  username: ['carol'],
  email: ['carol@example.test'],
  emailVerified: ['false'],
  firstName: ['Carol'],
  lastName: null,
  plan: ['gold'],
};

describe('fields of the user among the attributes that services get', () => {
  const configOf = async (server: TestServer, key: string) =>
    ((await server.check(key)).body as { config: object }).config;

  it('are the user’s own, whatever an attribute of that name says', async () => {
    const server = await TestServer.start({ APIKM_OAUTH2_ATTRIBUTES: ATTRIBUTES });
    server.keycloak.add(CAROL);
    const { key } = await server.createKey({}, 'carol');
    expect(await configOf(server, key)).toEqual(FIELDS);
  });

  it('are followed by the realm’s lists', async () => {
    const server = await TestServer.start({ APIKM_OAUTH2_ATTRIBUTES: ATTRIBUTES });
    server.keycloak.can.roles = true;
    await addOwners(server, 250);
    server.keycloak.add(CAROL);
    const { key } = await server.createKey({}, 'carol');
    await server.synchronize();
    server.keycloak.people.get('carol')!.email = 'new@example.test';
    expect(await server.synchronize()).toMatchObject({ mode: 'lists', changed: 1 });
    expect(await configOf(server, key)).toEqual({ ...FIELDS, email: ['new@example.test'] });
  });

  it('come from the token where rights do', async () => {
    const server = await TestServer.start({
      APIKM_OAUTH2_ATTRIBUTES: ATTRIBUTES,
      APIKM_KEYCLOAK_SYNC_FREQ: '-1',
    });
    const token = await server.keycloak.accessToken('carol', {
      preferred_username: 'carol',
      email: 'carol@example.test',
      email_verified: false,
      given_name: 'Carol',
      plan: 'gold',
      iat: Math.floor(server.clock.millis() / 1000),
    });
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await server.call('/auth/me', { headers });
    expect(body).toMatchObject({ attributes: FIELDS });
  });

  it('are kept only where they are asked for', async () => {
    const server = await TestServer.start({ APIKM_OAUTH2_ATTRIBUTES: 'plan' });
    server.keycloak.add({ ...CAROL, attributes: { plan: ['gold'] } });
    expect((await server.as('carol', 'GET', '/v1/me')).body.attributes).toEqual({ plan: ['gold'] });
  });
});
