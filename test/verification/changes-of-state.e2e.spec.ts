import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

interface State {
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly disabled: boolean;
}

const both = [false, true];
const STATES: State[] = both.flatMap((revoked) =>
  both.flatMap((expired) => both.map((disabled) => ({ revoked, expired, disabled }))),
);
const name = ({ revoked, expired, disabled }: State): string =>
  [revoked && 'revoked', expired && 'expired', disabled && 'owner disabled'].filter(Boolean).join(', ') ||
  'live';

const expected = ({ revoked, expired, disabled }: State): string => {
  if (revoked) return 'REVOKED';
  if (expired) return 'EXPIRED';
  return disabled ? 'OWNER_DISABLED' : 'VALID';
};

const CHANGES = STATES.flatMap((from) => STATES.map((to) => [name(from), name(to), from, to] as const));

describe('a key that was verified a moment ago', () => {
  let server: TestServer;
  beforeAll(async () => {
    // Entries stay fresh for an hour: only the change itself may make the answer change.
    server = await TestServer.start({ APIKM_VERIFY_FRESH: '3600' });
  });
  afterAll(() => server.stop());

  async function bring(key: string, id: string, { revoked, expired, disabled }: State): Promise<void> {
    await server.reconcileAs(ALICE, { enabled: true });
    const date = expired ? '2020-01-01T00:00:00' : '2100-01-01T00:00:00';
    const renewed = `/auth/api_key/renew?api-key=${key}&expiration-date=${date}`;
    expect((await server.as(ALICE, 'GET', renewed)).status).toBe(200);
    if (revoked) expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`)).status).toBe(200);
    if (disabled) await server.reconcileAs(ALICE, { enabled: false });
  }

  async function expectAnswer(key: string, state: State): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ key });
    const answer = await server.call('/v1/verify', { method: 'POST', headers, body });
    expect((answer.body as { code: string }).code).toBe(expected(state));
    expect((await server.check(key)).status).toBe(expected(state) === 'VALID' ? 200 : 403);
  }

  it.each(CHANGES)('is judged anew at once: %s → %s', async (_from, _to, from, to) => {
    await server.reconcileAs(ALICE, { enabled: true });
    const { key, id } = await server.createKey();
    await bring(key, id, from);
    await expectAnswer(key, from);
    await bring(key, id, to);
    await expectAnswer(key, to);
  });
});
