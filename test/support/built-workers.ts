import { BuiltServer } from './built-server.js';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

interface Line {
  readonly worker?: number;
  readonly context?: string;
  readonly msg: string;
}

/** dist/main.js with two workers, told apart by what they log; @see BuiltServer. */
export class BuiltWorkers {
  private constructor(
    readonly server: BuiltServer,
    private readonly metricsUrl: string,
  ) {}

  /** @param launch how its server is started @returns when both serve */
  static async start(
    settings: Record<string, string>,
    launch: (settings: Record<string, string>) => Promise<BuiltServer> = BuiltServer.start,
  ): Promise<BuiltWorkers> {
    const metricsPort = settings.APIKM_METRICS_PORT ?? String(await freePort());
    const server = await launch({
      APIKM_WORKERS: '2',
      APIKM_LOG_LEVEL: 'info',
      APIKM_LOG_FORMAT: 'json',
      APIKM_METRICS_PORT: metricsPort,
      ...settings,
    });
    const started = new BuiltWorkers(server, `http://127.0.0.1:${metricsPort}/metrics`);
    await waitFor(() => started.processes.length === 2);
    return started;
  }

  get url(): string {
    return this.server.url;
  }

  /** Each whole line is JSON. @throws Error when one is not */
  get lines(): Line[] {
    const whole = this.server.output.slice(0, this.server.output.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  }

  /** Of those that have begun to serve, by their numbers in ascending order; also of those that have ended since. */
  get processes(): number[] {
    const told = this.lines.flatMap(
      ({ msg }) => /^worker \d+ \(process (\d+)\) serves$/.exec(msg)?.[1] ?? [],
    );
    return told.map(Number);
  }

  /** The sum over the series whose names begin like this. */
  async metric(name: string): Promise<number> {
    const series = (await (await fetch(this.metricsUrl)).text())
      .split('\n')
      .filter((line) => line.startsWith(name));
    return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
}
