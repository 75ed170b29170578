import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open-database.js';
import type { OpenedDatabase } from '../../src/database/open-database.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { ENTITIES } from '../../src/entities.js';
import { freshDatabaseUrl } from '../support/database-url.js';

describe('the schema', () => {
  let opened: OpenedDatabase;
  beforeAll(async () => {
    opened = await openDatabase(
      parseConfig({ APIKM_DATABASE_URL: await freshDatabaseUrl() }).database,
      ENTITIES,
    );
  });
  afterAll(() => opened.source.destroy());

  it('is what the entities say', async () => {
    const { upQueries } = await opened.source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('refuses a second key with the same digest', async () => {
    await opened.source.query("INSERT INTO owners (id, created_at) VALUES ('u', now())");
    const insert =
      "INSERT INTO api_keys (id, digest, owner_id, format, created_at, expires_at) VALUES ($1, '\\x00', 'u', 'akm', now(), now())";
    await opened.source.query(insert, ['a']);
    await expect(opened.source.query(insert, ['b'])).rejects.toMatchObject({ code: '23505' });
  });
});
