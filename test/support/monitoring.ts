import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { TestServer } from './app.js';
import { freePort } from './free-port.js';
import type { GrafanaDashboard } from './grafana-dashboard.js';

export const RULES = 'docs/monitoring/prometheus-rules.yaml';
const read = (file: string): string => readFileSync(file, 'utf8');

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const rules = (): Rule[] =>
  (parse(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

export const alerts = (): (Rule & { readonly alert: string })[] =>
  rules().filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

export const dashboardText = (): string => read('docs/monitoring/grafana-dashboard.json');
const panels = (): GrafanaDashboard['panels'] => (JSON.parse(dashboardText()) as GrafanaDashboard).panels;
export const rows = () => panels().filter((panel) => panel.type === 'row');
/** Those that show something. */
export const charts = () => panels().filter((panel) => panel.type !== 'row');
export const queries = (): { readonly panel: string; readonly expr: string }[] =>
  charts().flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({ panel: `${title} ${refId}`, expr })),
  );

/** Names of metrics in a query: ours, Node's, those that rules record, and Prometheus's own `up`. */
export const metricsIn = (expr: string): string[] =>
  (expr.replace(/"[^"]*"/g, '').match(/[a-zA-Z_:][\w:]*/g) ?? []).filter((name) =>
    /^(apikm|nodejs|process)_|:|^up$/.test(name),
  );

export interface MonitoredServer {
  readonly server: TestServer;
  /** Host and port of /metrics. */
  readonly target: string;
}

/** A server that names a Redis, which is away: that one has a metric of its own. */
export async function monitoredServer(settings: Record<string, string> = {}): Promise<MonitoredServer> {
  const port = await freePort();
  const server = await TestServer.start({
    APIKM_METRICS_PORT: String(port),
    APIKM_REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    ...settings,
  });
  return { server, target: `127.0.0.1:${port}` };
}

export const metricsOf = async ({ target }: MonitoredServer): Promise<string> =>
  (await fetch(`http://${target}/metrics`)).text();

/** @param series as it stands in the answer; undefined: it isn't there */
export async function valueOf(monitored: MonitoredServer, series: string): Promise<number | undefined> {
  const line = (await metricsOf(monitored)).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

/** Each metric with its type and the names of its labels: `name type a, b`. */
export function described(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => {
    const series = new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm');
    const labels = new Set(
      [...text.matchAll(series)].flatMap(([, all]) =>
        [...all!.matchAll(/(\w+)="/g)].map(([, label]) => label!),
      ),
    );
    if (type === 'histogram') labels.delete('le');
    return `${name} ${type} ${[...labels].join(', ')}`.trim();
  });
}
