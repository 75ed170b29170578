import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltServer } from '../support/built-server.js';
import { BuiltWorkers } from '../support/built-workers.js';
import { FaultScene } from '../support/fault-scene.js';
import { atLeast, atMost, IS_LONG, tell } from '../support/fault-table.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { A_SECOND, availability } from '../support/proxied-load.js';

const TRIALS = IS_LONG ? 20 : 4;
/** New connections go to the workers in turn: an even number of them meets both. */
const REFUSALS = 12;

/** As a status comes over a connection that is there for this request alone. */
const statusAt = (url: string, key: string) =>
  new Promise<number>((resolve, reject) => {
    get(`${url}/auth/check_key`, { agent: false, headers: { 'x-api-key': key } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode!));
    }).on('error', reject);
  });

describe('three replicas of two workers each under load', () => {
  let scene: FaultScene;
  beforeAll(async () => {
    scene = await FaultScene.start({
      launch: async (settings) => (await BuiltWorkers.start(settings, BuiltServer.keep)).server,
      // Only word of a change makes an answer another one.
      settings: { APIKM_VERIFY_FRESH: '3600' },
    });
  });
  afterAll(() => scene?.stop());

  const revoke = async (id: string): Promise<number> => {
    const headers = { authorization: `Bearer ${await scene.here.token(ALICE)}` };
    const url = `${scene.replicas.url}/v1/keys/${id}/revoke`;
    return (await fetch(url, { method: 'POST', headers })).status;
  };

  /** @returns when the last question was asked here that was answered with yes */
  async function lastPassAt(url: string, key: string): Promise<number> {
    let last = 0;
    for (let refusals = 0; refusals < REFUSALS;) {
      const askedAt = performance.now();
      const status = await statusAt(url, key);
      if (status === 200) [last, refusals] = [askedAt, 0];
      else refusals += 1;
    }
    return last;
  }

  it('refuse a revoked key everywhere within a second of the answer', async () => {
    const { load, cold } = await scene.load();
    load.askCold(cold);
    const times: number[] = [];
    for (let i = 0; i < TRIALS; i += 1) {
      const { id, key } = await scene.here.createKey();
      for (const url of scene.replicas.urls)
        for (let n = 0; n < REFUSALS; n += 1) expect(await statusAt(url, key)).toBe(200);
      const answered = revoke(id).then((status) => [status, performance.now()] as const);
      const last = await Promise.all(
        scene.replicas.urls.map((url) => answered.then(() => lastPassAt(url, key))),
      );
      const [status, answeredAt] = await answered;
      expect(status).toBe(200);
      times.push(Math.max(0, Math.max(...last) - answeredAt));
    }
    await scene.more(load, A_SECOND);
    await load.stop();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    tell(
      {
        fault: 'a key revoked, three replicas of two workers',
        times: TRIALS,
        callers: 'the key is refused everywhere',
      },
      [
        atMost('last pass after the answer', Math.max(...times), 1000, 'ms'),
        atLeast('other keys passed', availability(load.all()), 100, '%'),
        atMost('counts lost', lost, 0),
        atMost('too many', tooMany, 0),
      ],
    );
  });
});
