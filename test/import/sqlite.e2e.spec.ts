import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Changes } from '../../src/changes/changes.js';
import { importKeys } from '../../src/import/import-keys.js';
import { readPredecessor } from '../../src/import/predecessor-source.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const FIXTURES = new URL('../fixtures/predecessor/', import.meta.url);
const KEYS = JSON.parse(readFileSync(new URL('api_tokens.sqlite.keys.json', FIXTURES), 'utf8')) as Record<
  string,
  string
>;
const OPTIONS = {
  sourceTimezone: 'UTC',
  enforceReferers: false,
  attributes: ['plan', 'projects'],
  defaultTtlHours: 360,
};

describe("the predecessor's SQLite database, imported", () => {
  let server: TestServer;
  const load = async (dryRun = false) => {
    const { rows } = await readPredecessor(`sqlite:${new URL('api_tokens.sqlite', FIXTURES).pathname}`);
    return importKeys(server.get(Changes), rows, { ...OPTIONS, dryRun }, server.clock.now());
  };
  beforeAll(async () => {
    server = await TestServer.start();
    server.clock.advance((Date.parse('2026-11-24T00:00:00Z') - server.clock.now().getTime()) / 1000);
  });
  afterAll(() => server.stop());

  it('changes nothing in a dry run', async () => {
    expect(await load(true)).toMatchObject({ keysImported: 8 });
    expect((await server.check(KEYS.k1_alice_first_renewed_2031!)).status).toBe(403);
    server.clock.advance(11);
  });

  it('goes on working key for key', async () => {
    expect(await load()).toMatchObject({ rows: 8, keysImported: 8, refused: [] });
    const status = Object.entries(KEYS).map(async ([name, key]) => [name, (await server.check(key)).status]);
    expect(Object.fromEntries(await Promise.all(status))).toEqual({
      k1_alice_first_renewed_2031: 200,
      k2_alice_second_never_expires: 200,
      k3_alice_third: 200,
      bob_key: 200,
      dave_key_user_deleted: 403,
    });
    expect((await server.check(KEYS.k2_alice_second_never_expires!)).body).toMatchObject({
      user_id: ALICE,
      user_login: 'alice',
      config: { quota: 5, plan: ['gold'], nested: { a: [1, 2] }, projects: ['p1', 'p2'] },
    });
  });

  it('leaves what is there already when it is run again', async () => {
    expect(await load()).toMatchObject({ keysImported: 0, keysAlreadyThere: 8, ownersCreated: 0 });
  });
});
