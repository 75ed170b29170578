import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultScene } from '../support/fault-scene.js';
import { atLeast, atMost, IS_LONG, tell } from '../support/fault-table.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { A_SECOND, availability, worst } from '../support/proxied-load.js';
import type { ProxiedLoad } from '../support/proxied-load.js';

const RESTARTS = IS_LONG ? 20 : 3;
const KILLS = IS_LONG ? 5 : 1;
const FREEZES = IS_LONG ? 3 : 1;
const LIBRARIES = '/usr/lib';

/** What callers behind HAProxy see, by its documented recipe. */
describe('three replicas under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-clock-'));
  const clock = join(folder, 'offset');
  let scene: FaultScene;
  let wrong: number;
  beforeAll(async () => {
    setClock('+0');
    // Of the last one: the others have the machine's.
    wrong = 2;
    const preload = libfaketime();
    const faked = {
      LD_PRELOAD: preload,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    scene = await FaultScene.start({
      each: (index): Record<string, string> => (index === wrong ? faked : {}),
    });
  });
  afterAll(async () => {
    await scene?.stop();
    rmSync(folder, { recursive: true });
  });

  /** @param offset as libfaketime reads it: `+3600` */
  function setClock(offset: string): void {
    writeFileSync(clock, offset);
  }

  function libfaketime(): string {
    const folders = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name, 'faketime'));
    for (const place of folders) {
      try {
        if (readdirSync(place).includes('libfaketime.so.1')) return join(place, 'libfaketime.so.1');
      } catch {
        // Most folders have none.
      }
    }
    throw new Error('libfaketime is missing. On Debian: apt-get install faketime');
  }

  const passing = (load: ProxiedLoad) => atLeast('passed', availability(load.all()), 100, '%');
  const slowest = (load: ProxiedLoad, most: number) => atMost('slowest', worst(load.all()), most, 'ms');

  it('that are restarted one after another fail no request and lose no count', async () => {
    const { load, cold } = await scene.load();
    load.askCold(cold);
    await scene.more(load, A_SECOND);
    for (let i = 0; i < RESTARTS; i += 1) {
      expect(await scene.replicas.server(i).end('SIGTERM')).toBe(0);
      await scene.replicas.startAgain(i);
      await scene.replicas.allUp();
    }
    await load.stop();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    tell({ fault: 'rolling restart of three replicas', times: RESTARTS, callers: 'nothing' }, [
      passing(load),
      slowest(load, 1000),
      atMost('counts lost', lost, 0),
      atMost('too many', tooMany, 0),
    ]);
  });

  it('of which one is killed fail no verification, and lose at most the counts of its last moment', async () => {
    const { load, cold } = await scene.load();
    load.askCold(cold);
    const retried = await scene.replicas.balancer.retried();
    for (let i = 0; i < KILLS; i += 1) {
      await scene.more(load, 2 * A_SECOND);
      await scene.replicas.server(i).end('SIGKILL');
      await scene.more(load, 2 * A_SECOND);
      await scene.replicas.startAgain(i);
      await scene.replicas.allUp();
    }
    await load.stop();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    const again = (await scene.replicas.balancer.retried()) - retried;
    tell({ fault: 'a replica killed with -9', times: KILLS, callers: 'nothing: HAProxy asks another one' }, [
      passing(load),
      slowest(load, 1000),
      // A third of what was asked in a second, which is how often they are written, and in the time of a write.
      atMost('counts lost each time', lost / KILLS, A_SECOND / 2),
      atMost('counted twice, being asked twice', tooMany, again),
    ]);
  });

  it('of which one is frozen fail no verification, and each waits two seconds at most', async () => {
    const { load, cold } = await scene.load();
    load.askCold(cold);
    const retried = await scene.replicas.balancer.retried();
    for (let i = 0; i < FREEZES; i += 1) {
      await scene.more(load, A_SECOND);
      scene.replicas.server(i).signal('SIGSTOP');
      await scene.more(load, 5 * A_SECOND);
      scene.replicas.server(i).signal('SIGCONT');
      await scene.replicas.allUp();
    }
    await load.stop();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    const again = (await scene.replicas.balancer.retried()) - retried;
    const slow = load.all().filter(({ ms }) => ms > 1000).length / FREEZES;
    tell({ fault: 'a replica frozen (SIGSTOP)', times: FREEZES, callers: 'some wait two seconds' }, [
      passing(load),
      slowest(load, 2600),
      // A third of what is asked until HAProxy sees it: two checks that wait two seconds each, and the time between.
      atMost('slower than a second, each time', slow, 2 * A_SECOND),
      atMost('counts lost', lost, 0),
      atMost('counted twice, being asked twice', tooMany, again),
    ]);
  });

  it.each([
    ['ahead', '+3600'],
    ['behind', '-3600'],
  ])(
    'of which one has a clock an hour %s fail no verification, and all refuse a revoked key',
    async (how, offset) => {
      const { load } = await scene.load();
      const { id, key } = await scene.here.createKey();
      const statusAt = async (url: string) =>
        (await fetch(`${url}/auth/check_key`, { headers: { 'x-api-key': key } })).status;
      const dateAt = async () => Date.parse((await fetch(scene.replicas.urls[wrong]!)).headers.get('date')!);
      for (const url of scene.replicas.urls) expect(await statusAt(url)).toBe(200);
      setClock(offset);
      let slowest: number;
      try {
        while (Math.abs(Date.now() + Number(offset) * 1000 - (await dateAt())) > 10_000) await pause(50);
        for (const url of scene.replicas.urls) expect(await statusAt(url)).toBe(200);
        await scene.more(load, A_SECOND);
        await scene.here.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
        const revokedAt = performance.now();
        for (const url of scene.replicas.urls) while ((await statusAt(url)) !== 403) await pause(5);
        slowest = performance.now() - revokedAt;
        await scene.more(load, A_SECOND);
      } finally {
        setClock('+0');
      }
      while (Math.abs(Date.now() - (await dateAt())) > 10_000) await pause(50);
      await scene.more(load, A_SECOND);
      await load.stop();
      const { lost, tooMany } = await load.comparedWith(scene.database);
      tell(
        { fault: `the clock of one replica an hour ${how}, and right again`, times: 1, callers: 'nothing' },
        [
          passing(load),
          atMost('revoked key refused by all', slowest, 1000, 'ms'),
          atMost('counts lost', lost, 0),
          atMost('too many', tooMany, 0),
        ],
      );
    },
  );
});
