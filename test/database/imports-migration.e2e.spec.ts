import { expect, it, onTestFinished } from 'vitest';
import { databaseBefore } from '../support/database-before.js';

it('takes keys of earlier imports that nobody changed since for what the source had', async () => {
  const { source, migrate } = await databaseBefore('RememberImports');
  onTestFinished(() => source.destroy());
  await source.query(`INSERT INTO owners (id, created_at) VALUES ('u', now())`);
  await source.query(`INSERT INTO api_keys (id, digest, owner_id, format, created_at, expires_at, revoked_at)
    SELECT id, id::bytea, 'u', format, now(), '2031-01-01T00:00:00.123456Z', revoked_at
    FROM (VALUES ('untouched', 'imported', NULL), ('revoked-there', 'imported', now()), ('renewed-here', 'imported', NULL),
      ('revoked-here', 'imported', now()), ('ours', 'akm', NULL)) AS k(id, format, revoked_at)`);
  await source.query(`INSERT INTO audit (id, at, action, key_id, details)
    VALUES ('1', now(), 'key.imported', 'untouched', '{}'), ('2', now(), 'key.renewed', 'renewed-here', '{}'),
      ('3', now(), 'key.revoked', 'revoked-there', '{"revokedInSource": true}'),
      ('4', now(), 'key.revoked', 'revoked-here', '{}')`);
  await migrate();
  expect(
    await source.query(
      `SELECT key_id, revoked, queries, expires_at = '2031-01-01T00:00:00.123456Z' AS same FROM imported_keys ORDER BY 1`,
    ),
  ).toEqual([
    { key_id: 'revoked-there', revoked: true, queries: null, same: true },
    { key_id: 'untouched', revoked: false, queries: null, same: true },
  ]);
});
