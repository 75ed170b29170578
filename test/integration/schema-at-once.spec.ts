import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { freshDatabaseUrl } from '../support/database-url.js';

it('three replicas that start at once on an empty database make its schema once, and all go on', async () => {
  const { database } = parseConfig({ APIKM_DATABASE_URL: await freshDatabaseUrl() });
  const lines: string[] = [];
  const opened = await Promise.all(
    [1, 2, 3].map(() => openDatabase(database, ENTITIES, (line) => void lines.push(line))),
  );
  expect(lines.filter((line) => line.includes('being brought up to date'))).toHaveLength(3);
  const [migrations] = await opened[0]!.source.query<{ made: number; names: number }[]>(
    'SELECT count(*)::int AS made, count(DISTINCT name)::int AS names FROM migrations',
  );
  expect(migrations!.made).toBe(opened[0]!.source.migrations.length);
  expect(migrations!.names).toBe(migrations!.made);
  await Promise.all(opened.map(({ source }) => source.destroy()));
});
