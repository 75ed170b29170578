import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceAccount } from '../../src/keycloak/abilities.js';
import { TestServer } from '../support/app.js';
import { newLines } from '../support/operator-log.js';
import { RealKeycloak } from '../support/real-keycloak.js';

describe('with a real Keycloak that is set up for the first time', () => {
  let keycloak: RealKeycloak;
  beforeAll(async () => (keycloak = await RealKeycloak.start()));
  afterAll(() => keycloak.stop());

  /** A realm without people, whose client manages with this right of realm-management alone. */
  async function freshRealm(realm: string, right: string): Promise<void> {
    const client = {
      clientId: 'manager',
      secret: 'right',
      publicClient: false,
      serviceAccountsEnabled: true,
    };
    const account = {
      username: 'service-account-manager',
      enabled: true,
      serviceAccountClientId: 'manager',
      clientRoles: { 'realm-management': [right] },
    };
    await keycloak.createRealm({ realm, enabled: true, clients: [client], users: [account] });
  }

  async function serverOf(settings: Record<string, string>) {
    const server = await TestServer.start({
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_ID: 'manager',
      APIKM_OIDC_CLIENT_SECRET: 'right',
      APIKM_LOG_LEVEL: 'info',
      ...settings,
    });
    return { server, lines: newLines(server) };
  }

  it('takes a realm without people for no missing right', async () => {
    await freshRealm('viewed', 'view-users');
    const { server, lines } = await serverOf({ APIKM_OIDC_REALM: 'viewed' });
    const { missing } = await server.get(ServiceAccount).look();
    expect(missing.join()).not.toContain('view-users');
    expect(lines().filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('is not misled by an account that may only search', async () => {
    await freshRealm('searched', 'query-users');
    const { server, lines } = await serverOf({ APIKM_OIDC_REALM: 'searched' });
    expect((await server.get(ServiceAccount).look()).missing.join()).toContain('view-users is missing');
    expect(lines().filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it.each([
    [
      'the wrong secret',
      { APIKM_OIDC_CLIENT_SECRET: 'wrong' },
      /refused, or service accounts are off \(unauthorized_client, Invalid client .*APIKM_OIDC_CLIENT_SECRET/,
    ],
    [
      'another realm',
      { APIKM_OIDC_REALM: 'nowhere' },
      /no token: 404 \(Realm does not exist\) from .*APIKM_OIDC_REALM/,
    ],
    ['a path that is not there', { path: '/auth' }, /no token: 404 .*relative path/],
  ])(
    'tells at the start of %s what to do, on an empty database',
    async (_, { path = '', ...wrong }: Wrong, line) => {
      const settings = { APIKM_OIDC_REALM: 'viewed', APIKM_KEYCLOAK_SYNC_FREQ: '300', ...wrong };
      const { lines } = await serverOf({ ...settings, APIKM_OIDC_ENDPOINT: keycloak.url + path });
      const seen: string[] = [];
      await expect
        .poll(() => seen.push(...lines()) && seen.filter((one) => one.startsWith('warn')), {
          timeout: 10_000,
        })
        .toEqual([expect.stringMatching(line)]);
    },
  );
});

type Wrong = Record<string, string>;
