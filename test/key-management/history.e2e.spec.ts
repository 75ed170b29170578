import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

interface Line {
  action: string;
  by: string;
  network: string | null;
  details: { reason?: string; changed?: Record<string, unknown> };
}

describe('the history of a key', () => {
  let server: TestServer;
  let id: string;
  beforeAll(async () => {
    server = await TestServer.start();
    server.keycloak.add({ id: 'root-id', username: 'root-login', roles: ['apikm-admin'] });
    ({ id } = await server.createKey({ name: 'old' }));
    await server.as(ALICE, 'PATCH', `/v1/keys/${id}`, { name: 'new' });
    await server.as('root-id', 'POST', `/v1/admin/keys/${id}/disable`, { reason: 'odd use' });
  });
  afterAll(() => server.stop());

  const history = async (query = '') => server.as(ALICE, 'GET', `/v1/keys/${id}/history${query}`);

  it('tells its owner what was done, the latest first, and from what to what', async () => {
    const items = (await history()).body.items as Line[];
    expect(items.map(({ action, by }) => [action, by])).toEqual([
      ['key.disabled', 'administrator'],
      ['key.changed', 'you'],
      ['key.created', 'you'],
    ]);
    expect(items[0]!.details.reason).toBe('odd use');
    expect(items[1]!.details.changed).toEqual({ name: { from: 'old', to: 'new' } });
  });

  it('tells where its owner acted from, and nothing of who others are', async () => {
    const { body, text } = await history();
    const [byOther, own] = body.items as Line[];
    expect(own!.network).toBe('127.0.0.0/24');
    expect(byOther).toMatchObject({ network: null, agent: null });
    expect(text).not.toMatch(/root-id|root-login|actorId|login|hash/);
  });

  it('comes page by page', async () => {
    const first = (await history('?limit=2')).body;
    expect(first.items).toHaveLength(2);
    const second = (await history(`?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second.items.map(({ action }: Line) => action)).toEqual(['key.created']);
    expect(second.nextCursor).toBeNull();
  });

  it('tells others as little as of a key that is none', async () => {
    const theirs = await server.as(BOB, 'GET', `/v1/keys/${id}/history`);
    const none = await server.as(BOB, 'GET', '/v1/keys/key_none/history');
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect(theirs.body.detail).toBe(none.body.detail);
    expect((await server.call(`/v1/keys/${id}/history`)).status).toBe(401);
  });
});
