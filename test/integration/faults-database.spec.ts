import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FaultScene } from '../support/fault-scene.js';
import { atLeast, atMost, IS_LONG, tell } from '../support/fault-table.js';
import type { Figure } from '../support/fault-table.js';
import { KeyWrites } from '../support/key-writes.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { A_SECOND, availability, backAfter, worst } from '../support/proxied-load.js';
import type { ProxiedLoad } from '../support/proxied-load.js';
import { RealPostgres } from '../support/real-postgres.js';
import { SmallDisk } from '../support/small-disk.js';

const AWAY_SECONDS = IS_LONG ? 600 : 3;
const KILLS = IS_LONG ? 20 : 2;
const OTHER_SECONDS = IS_LONG ? 12 : 3;
const DISK_MEGABYTES = 400;

/** Three replicas behind HAProxy on one PostgreSQL, while that fails. */
describe('three replicas under load', () => {
  let scene: FaultScene;
  let disk: SmallDisk | undefined;
  beforeAll(async () => {
    disk = SmallDisk.make(DISK_MEGABYTES);
    const postgres = disk ? await RealPostgres.startIn(disk.folder) : await RealPostgres.start();
    scene = await FaultScene.start({ postgres });
  });
  afterAll(async () => {
    await scene?.stop();
    disk?.remove();
  });

  const writes = async () => new KeyWrites(scene.replicas.url, await scene.here.token(ALICE));

  interface Outage {
    readonly load: ProxiedLoad;
    readonly failedAt: number;
    /** Until then it lasts, and from then on all is well again. */
    readonly endsAt: number;
    readonly mendedAt: number;
  }

  /** The fault for so long under load, and until cold keys pass again. */
  async function during(seconds: number, fail: () => unknown, mend: () => unknown): Promise<Outage> {
    const { load, cold } = await scene.load();
    await scene.more(load, A_SECOND / 2);
    await fail();
    const failedAt = Date.now();
    load.askCold(cold);
    await scene.more(load, seconds * A_SECOND);
    const endsAt = Date.now();
    await mend();
    const mendedAt = Date.now();
    await scene.passesAgain(load);
    await load.stop();
    return { load, failedAt, endsAt, mendedAt };
  }

  async function figures({ load, failedAt, endsAt, mendedAt }: Outage, coldMs = 1100): Promise<Figure[]> {
    const warm = load.sent('warm');
    const { lost, tooMany } = await load.comparedWith(scene.database);
    const cold = load.sent('cold', failedAt, endsAt);
    return [
      atLeast('warm keys passed', availability(warm, 'warm keys'), 100, '%'),
      atMost('slowest warm', worst(warm), 1100, 'ms'),
      atMost('slowest cold', worst(cold), coldMs, 'ms'),
      atMost(
        'no answer, or none of the manager',
        cold.filter(({ status }) => ![200, 503].includes(status)).length,
        0,
      ),
      atMost('all back after', backAfter(load.all(), mendedAt), 5000, 'ms'),
      atMost('counts lost', lost, 0),
      atMost('too many', tooMany, 0),
    ];
  }

  it.each([
    ['stopped', AWAY_SECONDS, () => scene.postgres.stop(), () => scene.postgres.resume()],
    [
      'hanging (SIGSTOP)',
      OTHER_SECONDS,
      () => scene.postgres.signal('SIGSTOP'),
      () => scene.postgres.signal('SIGCONT'),
    ],
  ])(
    'pass all warm keys and refuse cold ones for later while PostgreSQL is %s',
    async (how, seconds, fail, mend) => {
      const outage = await during(seconds, fail, mend);
      // What is sent shortly before its end waits for the answer.
      const cold = outage.load
        .sent('cold', outage.failedAt)
        .filter(({ sentAt, ms }) => sentAt + ms < outage.endsAt);
      tell(
        {
          fault: `PostgreSQL ${how} for ${seconds} s`,
          times: 1,
          callers: 'known keys pass, others 503 with Retry-After; changes 503',
        },
        [
          ...(await figures(outage)),
          atMost('cold passed meanwhile', cold.filter(({ status }) => status === 200).length, 0),
        ],
      );
    },
  );

  it('lose no acknowledged write when PostgreSQL is killed', async () => {
    const { load, cold } = await scene.load();
    load.askCold(cold);
    const writing = await writes();
    let longest = 0;
    for (let i = 0; i < KILLS; i += 1) {
      const wanted = writing.acknowledged + 5;
      while (writing.acknowledged < wanted) await pause(20);
      await scene.postgres.stop('SIGKILL');
      await scene.postgres.resume();
      const startedAt = Date.now();
      const after = writing.acknowledged + 1;
      while (writing.acknowledged < after) await pause(20);
      longest = Math.max(longest, Date.now() - startedAt);
    }
    await writing.stop();
    await load.stop();
    const { lost, tooMany } = await load.comparedWith(scene.database);
    tell({ fault: 'PostgreSQL killed with -9', times: KILLS, callers: 'known keys pass; changes 503' }, [
      atMost(
        `of ${writing.acknowledged} acknowledged changes lost`,
        await writing.missing(scene.database),
        0,
      ),
      atMost('changes again after', longest, 5000, 'ms'),
      atLeast('warm keys passed', availability(load.sent('warm'), 'warm keys'), 100, '%'),
      atMost('counts lost', lost, 0),
      atMost('too many', tooMany, 0),
    ]);
  });

  it('pass all warm keys while others hold all connections', async () => {
    const taken: pg.Client[] = [];
    const watcher = new pg.Client({ connectionString: scene.postgres.url });
    await watcher.connect();
    const end = () =>
      watcher.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'apikeymanager'",
      );
    const take = async (): Promise<boolean> => {
      const client = new pg.Client({ connectionString: scene.postgres.url });
      client.on('error', () => {});
      const isTaken = await client.connect().then(
        () => true,
        () => false,
      );
      if (isTaken) taken.push(client);
      return isTaken;
    };
    const outage = await during(
      OTHER_SECONDS,
      async () => {
        // Theirs are taken as soon as they are free.
        for (let refused = 0; refused < 20;) {
          await end();
          refused = (await take()) ? 0 : refused + 1;
        }
      },
      async () => {
        for (const client of [...taken, watcher]) await client.end();
      },
    );
    tell(
      {
        fault: `all connections of PostgreSQL taken for ${OTHER_SECONDS} s`,
        times: 1,
        callers: 'known keys pass, others 503 with Retry-After; changes 503',
      },
      await figures(outage),
    );
  });

  it('verify as ever while PostgreSQL takes no changes, and write the counts afterwards', async () => {
    const setReadOnly = async (on: boolean): Promise<void> => {
      const client = new pg.Client({
        connectionString: `${scene.postgres.url}?options=-c%20default_transaction_read_only=off`,
      });
      await client.connect();
      await client.query(`ALTER DATABASE postgres SET default_transaction_read_only = ${on}`);
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
      );
      await client.end();
    };
    const outage = await during(
      OTHER_SECONDS,
      () => setReadOnly(true),
      () => setReadOnly(false),
    );
    tell(
      {
        fault: `PostgreSQL read-only for ${OTHER_SECONDS} s`,
        times: 1,
        callers: 'verification as ever; changes 503',
      },
      await figures(outage),
    );
  });

  it('verify and lose no acknowledged write while the disk of PostgreSQL is full', async ({ skip }) => {
    if (!disk) return skip('a file system to be filled is mounted by root alone');
    const writing = await writes();
    while (writing.acknowledged < 5) await pause(20);
    const outage = await during(
      OTHER_SECONDS,
      () => disk!.fill(),
      async () => {
        disk!.free();
        // Without room for its log it ends.
        if (!scene.postgres.isRunning) await scene.postgres.resume();
      },
    );
    await writing.stop();
    tell(
      {
        fault: `the disk of PostgreSQL full for ${OTHER_SECONDS} s`,
        times: 1,
        callers: 'known keys pass; changes 503 as soon as there is no room',
      },
      [
        ...(await figures(outage)),
        atMost(
          `of ${writing.acknowledged} acknowledged changes lost`,
          await writing.missing(scene.database),
          0,
        ),
      ],
    );
  });
});
