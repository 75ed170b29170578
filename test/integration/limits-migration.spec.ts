import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { databaseBefore } from '../support/database-before.js';

it.each(['BeginLimits', 'LimitsAsOneValue'])(
  'keys are looked up while the migration %s waits for one who reads them for long, such as a backup',
  async (name) => {
    const { source, migrate } = await databaseBefore(name);
    const backup = source.createQueryRunner();
    await backup.startTransaction();
    await backup.query('SELECT FROM api_keys');
    const migrated = migrate();

    const waits: number[] = [];
    const startedAt = performance.now();
    while (performance.now() - startedAt < 3000) {
      const askedAt = performance.now();
      await source.query('SELECT FROM api_keys WHERE digest = ANY($1::bytea[])', [[Buffer.alloc(32)]]);
      waits.push(performance.now() - askedAt);
      await pause(1);
    }
    expect(Math.max(...waits)).toBeLessThan(1000);

    await backup.commitTransaction();
    await backup.release();
    await migrated;
    expect(await source.query('SELECT limits FROM api_keys')).toEqual([]);
    await source.destroy();
  },
);
