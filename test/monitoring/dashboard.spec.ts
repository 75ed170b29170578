import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { charts, dashboardText, queries, rows } from '../support/monitoring.js';

const PARTS = ['Verification', 'Refusals', 'Latency', 'Rights', 'Usage', 'Database', 'Process'];

/** What the compiler says against these texts as dashboards. */
function problemsOf(...texts: string[]): string[] {
  const file = join(process.cwd(), 'test', 'support', 'checked-dashboard.ts');
  const constants = texts.map((json, i) => `export const dashboard${i}: GrafanaDashboard = ${json};`);
  const text = ["import type { GrafanaDashboard } from './grafana-dashboard.js';", ...constants].join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, rest[0]) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the dashboard', () => {
  it('is one by the types that Grafana publishes', () => {
    const broken = dashboardText().replace('"stepAfter"', '"after"');
    expect(problemsOf(dashboardText(), broken)).toEqual([expect.stringContaining('"after"')]);
  });

  it('has a row for each part', () => {
    expect(rows().map(({ title }) => title)).toEqual(PARTS);
  });

  it('tells its panels apart, by id and by title, and says what each shows', () => {
    const panels = [...rows(), ...charts()];
    for (const field of ['id', 'title'] as const)
      expect(new Set(panels.map((panel) => panel[field])).size).toBe(panels.length);
    for (const { title, description } of charts())
      expect([title, description.length > 10]).toEqual([title, true]);
  });

  it('lays no panel over another, and none beyond the page', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of [...rows(), ...charts()]) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, taken.get(`${x} ${y}`)]).toEqual([title, undefined]);
          taken.set(`${x} ${y}`, title);
        }
    }
  });

  it.each(queries())('asks in $panel only for the job and the replicas that were chosen', ({ expr }) => {
    const selected = expr.match(/(apikm|nodejs|process)_\w+/g)!.length;
    expect(expr.match(/\{job=~"\$job", instance=~"\$instance"/g)).toHaveLength(selected);
  });

  it('takes everything from the source that was chosen', () => {
    const sources = [...dashboardText().matchAll(/"datasource": \{[^}]*"uid": "([^"]+)"/g)].map(
      ([, uid]) => uid,
    );
    expect(new Set(sources)).toEqual(new Set(['${datasource}']));
  });
});
