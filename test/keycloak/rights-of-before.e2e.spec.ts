import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('a key that is made or renewed while Keycloak is away', () => {
  let server: TestServer;
  let made: { id: string; key: string };
  beforeAll(async () => {
    server = await TestServer.start();
    made = await server.createKey();
  });
  afterAll(() => server.stop());

  const routes = (): [method: string, path: string, body?: object][] => [
    ['POST', '/v1/keys', { name: 'new' }],
    ['POST', `/v1/keys/${made.id}/renew`, {}],
    ['GET', '/auth/api_key/new?name=old'],
    ['GET', `/auth/api_key/renew?api-key=${made.key}`],
  ];
  const answers = () =>
    Promise.all(routes().map(([method, path, body]) => server.as(ALICE, method, path, body)));

  it('comes with a warning that says from when its rights are, on the routes of before too', async () => {
    const before = await answers();
    expect(before.map(({ status, headers }) => [status, headers.get('warning')])).toEqual(
      [201, 200, 200, 200].map((status) => [status, null]),
    );
    const readAt = (before[1]!.body as { rightsReadAt: string }).rightsReadAt;
    server.clock.advance(60);
    server.keycloak.broken = { status: 503, body: '{}' };
    const away = await answers();
    const warning = `199 - "The identity provider could not be asked: the rights are those of ${readAt}"`;
    expect(away.map(({ status, headers }) => [status, headers.get('warning')])).toEqual(
      [201, 200, 200, 200].map((status) => [status, warning]),
    );
    for (const { body } of away.slice(0, 2)) expect(body).toMatchObject({ rightsReadAt: readAt });
  });

  it('comes without where the token is the word on rights', async () => {
    const byToken = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '-1' });
    const iat = Math.floor(byToken.clock.millis() / 1000) - 60;
    const headers = {
      authorization: `Bearer ${await byToken.keycloak.accessToken(ALICE, { iat })}`,
      'content-type': 'application/json',
    };
    const answer = await byToken.call('/v1/keys', { method: 'POST', headers, body: '{"name":"k"}' });
    expect([answer.status, answer.headers.get('warning')]).toEqual([201, null]);
  });
});
