import { BuiltServer } from './built-server.js';
import { CountedLoad, total } from './counted-load.js';
import type { KnownKey } from './counted-load.js';

type Settings = Record<string, string>;

/** Of each replica: some dozens of requests a second. */
const CALLERS = 2;

/** Two replicas of the built server that get other settings one after the other, each under a constant load. */
export class RollingPair {
  private readonly loads: CountedLoad[] = [];
  private readonly ending: Promise<number | null>[] = [];
  private keys: readonly KnownKey[] = [];

  private constructor(
    private settings: Settings,
    readonly servers: [BuiltServer, BuiltServer],
  ) {}

  static async start(settings: Settings): Promise<RollingPair> {
    // The drain is as long as callers need to be asked to go elsewhere.
    const all = { APIKM_DRAIN_SECONDS: '1', ...settings };
    return new RollingPair(all, await startTwo(all));
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** From now on these keys are verified at each replica, also at those that come. */
  verify(keys: readonly KnownKey[]): void {
    this.keys = keys;
    for (const { url } of this.servers) this.call(url);
  }

  /** @param meanwhile runs while one replica has the new settings and the other one hasn't */
  async change(
    settings: Settings,
    meanwhile: (changed: string, other: string) => Promise<void> = async () => {},
  ): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    const [first, second] = await startTwo(this.settings);
    this.replace(0, first);
    await meanwhile(this.urls[0]!, this.urls[1]!);
    this.replace(1, second);
  }

  /** Ends both. @returns how many verifications were answered, how many were not, and how the replicas ended */
  async end(): Promise<{ answered: number; failed: number; endedWith: (number | null)[] }> {
    for (const server of this.servers) this.ending.push(server.end('SIGTERM'));
    const endedWith = await Promise.all(this.ending);
    await Promise.all(this.loads.map((load) => load.stop()));
    const sum = (of: (load: CountedLoad) => number): number =>
      this.loads.reduce((so, load) => so + of(load), 0);
    return {
      answered: sum((load) => total(load.answered)),
      failed: sum((load) => total(load.unanswered) + load.undecided),
      endedWith,
    };
  }

  /** Also when a test has failed. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all(this.ending);
  }

  private replace(index: 0 | 1, next: BuiltServer): void {
    this.call(next.url);
    this.ending.push(this.servers[index].end('SIGTERM'));
    this.servers[index] = next;
  }

  private call(url: string): void {
    this.loads.push(new CountedLoad([url], this.keys, CALLERS));
  }
}

const startTwo = (settings: Settings): Promise<[BuiltServer, BuiltServer]> =>
  Promise.all([BuiltServer.keep(settings), BuiltServer.keep(settings)]);
