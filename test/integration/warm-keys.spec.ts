import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { RealPostgres } from '../support/real-postgres.js';

let postgres: RealPostgres;
let server: TestServer;
beforeAll(async () => {
  postgres = await RealPostgres.start();
  server = await TestServer.start({ APIKM_DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await server.stop();
  await postgres.remove();
});

it('known keys are answered as fast as ever while PostgreSQL hangs, once that is known', async () => {
  const { key } = await server.createKey();
  const passes = async () => expect((await server.check(key)).status).toBe(200);
  await passes();
  postgres.signal('SIGSTOP');
  try {
    // Not to be believed without a look any more, but there is nobody to look it up.
    server.clock.advance(60);
    await passes();
    const times: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const startedAt = performance.now();
      await passes();
      times.push(performance.now() - startedAt);
    }
    expect(times.sort((a, b) => a - b)[18]).toBeLessThan(100);
  } finally {
    postgres.signal('SIGCONT');
  }
});
