import { expect, it } from 'vitest';
import { testDatabase } from '../support/database.js';

it('gives every test an empty database with our schema', async () => {
  const first = await testDatabase();
  await first.query("INSERT INTO owners (id, created_at) VALUES ('u', now())");
  await first.destroy();
  const second = await testDatabase();
  expect(await second.query('SELECT id FROM owners')).toEqual([]);
  expect(await second.showMigrations()).toBe(false);
  await second.destroy();
});
