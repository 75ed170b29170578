import { Balancer } from './balancer.js';
import { BuiltServer } from './built-server.js';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

const REPLICAS = 3;

/** Three replicas of the built server behind HAProxy, each to be ended, killed and frozen, and started anew where it was. */
export class Replicas {
  private readonly servers: BuiltServer[] = [];
  private proxy: Balancer | undefined;

  private constructor(
    private readonly settings: readonly Readonly<Record<string, string>>[],
    private readonly launch: typeof BuiltServer.keep,
  ) {}

  /** @param each what one of them has beside the settings of all @param launch how each is started */
  static async start(
    settings: Record<string, string>,
    each: (index: number) => Record<string, string> = () => ({}),
    launch = BuiltServer.keep,
  ): Promise<Replicas> {
    const all: Record<string, string>[] = [];
    for (let i = 0; i < REPLICAS; i += 1)
      all.push({ ...settings, APIKM_PORT: String(await freePort()), ...each(i) });
    const replicas = new Replicas(all, launch);
    await Promise.all(all.map((_, i) => replicas.startAgain(i)));
    replicas.proxy = await Balancer.start(replicas.urls.map((url) => new URL(url).host));
    await replicas.allUp();
    return replicas;
  }

  /** Where callers ask. */
  get url(): string {
    return this.balancer.url;
  }

  /** Of each replica itself. */
  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  get balancer(): Balancer {
    return this.proxy!;
  }

  /** @throws Error with what it printed, when one has ended by itself */
  allRun(): void {
    for (const server of this.servers)
      if (server.hasEnded) throw new Error(`a replica has ended: ${server.output}`);
  }

  server(index: number): BuiltServer {
    return this.servers[index % REPLICAS]!;
  }

  async startAgain(index: number): Promise<void> {
    this.servers[index % REPLICAS] = await this.launch(this.settings[index % REPLICAS]!);
  }

  /** Until HAProxy sends requests to all of them. */
  allUp(): Promise<void> {
    return waitFor(async () => (await this.balancer.up()) === REPLICAS);
  }

  async stop(): Promise<void> {
    await this.proxy?.stop();
    for (const server of this.servers) server.signal('SIGCONT');
    await Promise.all(this.servers.map((server) => server.stop()));
  }
}
