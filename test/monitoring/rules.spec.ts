import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alerts, RULES } from '../support/monitoring.js';

const RUNBOOK = readFileSync('docs/monitoring/runbook.md', 'utf8');

it('has a section of the runbook for every alert, and none for another', () => {
  const sections = [...RUNBOOK.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(alerts().map(({ alert }) => alert));
});

it.each(alerts().map((rule) => [rule.alert, rule] as const))(
  'points from %s to its section, which says what it means, how to see it and what to do',
  (alert, { annotations, labels }) => {
    expect(annotations).toEqual({
      summary: expect.any(String),
      runbook: `runbook.md#${alert.toLowerCase()}`,
    });
    expect(['critical', 'warning']).toContain(labels?.severity);
    const [, section = ''] = RUNBOOK.split(`\n## ${alert}\n`);
    expect(section.split('\n## ')[0]).toMatch(/^\s*\*\*Means\.\*\* .+\n\*\*See\.\*\* .+\n\*\*Do\.\*\* /s);
  },
);

it('leads from section to section', () => {
  const anchors = alerts().map(({ alert }) => alert.toLowerCase());
  for (const [, anchor] of RUNBOOK.matchAll(/\]\(#(.+?)\)/g)) expect(anchors).toContain(anchor);
});

it('is in the chart as it is here', () => {
  expect(readFileSync('helm/prometheus-rules.yaml', 'utf8')).toBe(readFileSync(RULES, 'utf8'));
});
