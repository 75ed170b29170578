import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { TestServer } from './app.js';
import type { KnownKey } from './counted-load.js';
import { IS_LONG } from './fault-table.js';
import { addOwners } from './many-owners.js';
import { ProxiedLoad } from './proxied-load.js';
import { RealPostgres } from './real-postgres.js';
import { Replicas } from './replicas.js';
import { waitFor } from './wait-for.js';

const WARM = IS_LONG ? 200 : 60;
const COLD = 20;
const FAULTS = 15;

export interface Around {
  readonly settings?: Readonly<Record<string, string>>;
  readonly postgres?: RealPostgres;
  /** Where the replicas reach PostgreSQL, if not directly. */
  readonly by?: (url: string) => Promise<string>;
  readonly each?: (index: number) => Record<string, string>;
  readonly launch?: Parameters<typeof Replicas.start>[2];
}

/** What faults happen to: a PostgreSQL of its own, three replicas behind HAProxy, and keys that no other fault has used. */
export class FaultScene {
  private used = 0;
  private constructor(
    readonly postgres: RealPostgres,
    readonly database: pg.Pool,
    readonly replicas: Replicas,
    /** In the test's process: it has the Keycloak that the replicas trust, too. */
    readonly here: TestServer,
    private readonly keys: readonly KnownKey[],
  ) {}

  static async start(around: Around = {}): Promise<FaultScene> {
    const postgres = around.postgres ?? (await RealPostgres.start());
    const database = new pg.Pool({ connectionString: postgres.url });
    database.on('error', () => {});
    const here = await TestServer.start({ APIKM_DATABASE_URL: postgres.url });
    const people = await addOwners(here, FAULTS * (WARM + COLD));
    const settings = {
      APIKM_DATABASE_URL: around.by ? await around.by(postgres.url) : postgres.url,
      APIKM_OIDC_ENDPOINT: here.keycloak.url,
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
      APIKM_RATE_LIMIT: '10000/minute',
      APIKM_CREATE_RATE: '',
      APIKM_DRAIN_SECONDS: '2',
      ...around.settings,
    };
    const replicas = await Replicas.start(settings, around.each, around.launch);
    const keys = people.map(({ id, key }) => ({ id: `key-${id}`, key, code: 'VALID' }));
    return new FaultScene(postgres, database, replicas, here, keys);
  }

  /** Under way, every replica knowing the warm keys, and twenty keys that none has seen. */
  async load(): Promise<{ load: ProxiedLoad; cold: KnownKey[] }> {
    this.replicas.allRun();
    const load = new ProxiedLoad(this.replicas.url, this.take(WARM));
    for (const url of this.replicas.urls) await load.introduceTo(url);
    return { load, cold: this.take(COLD) };
  }

  /** Until so many more requests have ended, however long that takes. */
  async more(load: ProxiedLoad, count: number): Promise<void> {
    const wanted = load.requests.length + count;
    while (load.requests.length < wanted) await pause(20);
  }

  /** Until this many cold keys have passed one after another. */
  passesAgain(load: ProxiedLoad, count = 20): Promise<void> {
    return waitFor(() => {
      const last = load.sent('cold').slice(-count);
      return last.length === count && last.every(({ status }) => status === 200);
    });
  }

  async stop(): Promise<void> {
    await this.replicas.stop();
    await this.here.stop();
    await this.database.end();
    await this.postgres.remove();
  }

  private take(count: number): KnownKey[] {
    this.used += count;
    if (this.used > this.keys.length) throw new Error('there are keys for fewer faults');
    return this.keys.slice(this.used - count, this.used);
  }
}
