import { afterAll, beforeAll, describe, it } from 'vitest';
import { DatabaseProxy } from '../support/database-proxy.js';
import { FaultScene } from '../support/fault-scene.js';
import { atLeast, atMost, IS_LONG, tell } from '../support/fault-table.js';
import { A_SECOND, availability, worst } from '../support/proxied-load.js';
import { RealRedis } from '../support/real-redis.js';

const SECONDS = IS_LONG ? 8 : 2;
const TIMES = IS_LONG ? 10 : 2;
const SLOWER_MS = 300;

/** Three replicas behind HAProxy, while Redis or the line to PostgreSQL fails. */
describe('three replicas under load', () => {
  let scene: FaultScene;
  let line: DatabaseProxy;
  let redis: RealRedis;
  beforeAll(async () => {
    redis = await RealRedis.start();
    scene = await FaultScene.start({
      by: async (url) => (line = await DatabaseProxy.start(url)).url,
      settings: { APIKM_REDIS_URL: redis.url },
    });
  });
  afterAll(async () => {
    await scene?.stop();
    await line?.stop();
    await redis?.remove();
  });

  async function hold(
    fault: { fault: string; times: number; callers: string },
    act: () => Promise<unknown>,
    least: { readonly coldPassed: number } = { coldPassed: 100 },
  ): Promise<void> {
    const { load, cold } = await scene.load();
    await scene.more(load, A_SECOND / 2);
    load.askCold(cold);
    await act();
    await scene.more(load, A_SECOND / 2);
    await load.stop();
    scene.replicas.allRun();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    tell(fault, [
      atLeast('warm keys passed', availability(load.sent('warm'), 'warm keys'), 100, '%'),
      atLeast('cold keys passed', availability(load.sent('cold'), 'cold keys'), least.coldPassed, '%'),
      atMost('slowest warm', worst(load.sent('warm')), 500, 'ms'),
      atMost('slowest cold', worst(load.sent('cold')), 1100, 'ms'),
      atMost(
        'neither 200 nor 503',
        load.all().filter(({ status }) => ![200, 503].includes(status)).length,
        0,
      ),
      atMost('counts lost', lost, 0),
      atMost('too many', tooMany, 0),
    ]);
  }

  /** Requests of the load are waited for in its own time. */
  const forAWhile = () => new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));

  it('pass all keys while PostgreSQL answers late', async () => {
    const fault = `PostgreSQL ${SLOWER_MS} ms slower for ${SECONDS} s`;
    await hold({ fault, times: 1, callers: 'unknown keys wait for it' }, async () => {
      line.slowDown(SLOWER_MS);
      await forAWhile();
      line.slowDown(0);
    });
  });

  it('pass all keys when all lines to PostgreSQL are cut, and new ones at once', async () => {
    await hold(
      {
        fault: 'all connections to PostgreSQL cut, new ones at once',
        times: TIMES,
        callers: 'known keys pass, others may get 503 in that moment',
      },
      async () => {
        for (let i = 0; i < TIMES; i += 1) {
          line.endNext(3);
          line.cut();
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      },
      { coldPassed: 50 },
    );
  });

  it.each<[string, () => Promise<unknown>, () => Promise<void> | undefined]>([
    ['killed with -9', () => redis.kill(), () => redis.resume()],
    ['flushed', () => redis.client.flushall(), () => undefined],
    ['hanging (SIGSTOP)', async () => redis.signal('SIGSTOP'), async () => redis.signal('SIGCONT')],
  ])('fail no verification while Redis is %s', async (how, fail, mend) => {
    await hold(
      { fault: `Redis ${how}, and back after ${SECONDS} s`, times: 1, callers: 'nothing' },
      async () => {
        await fail();
        await forAWhile().finally(mend);
      },
    );
  });
});
