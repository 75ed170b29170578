import { describe, expect, it } from 'vitest';
import { configOf, example, SELECTOR, server } from '../support/chart-examples.js';
import { environmentOf, only, podsOf } from '../support/chart.js';
import type { Rendered } from '../support/chart.js';

describe('a Job for migrations', () => {
  const hooks = (rendered: Rendered): [string, number][] =>
    rendered.objects
      .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade')
      .map(({ kind, metadata }) => [kind, Number(metadata.annotations['helm.sh/hook-weight'])]);

  it('has the new values in a Secret that is there before it, and leaves the schema to nobody else', () => {
    const rendered = example('migrations-job');
    const ordered = hooks(rendered).sort(([, a], [, b]) => a - b);
    expect(ordered.map(([kind]) => kind)).toEqual(['Secret', 'Job']);
    const [own, hook] = rendered.objects.filter(({ kind }) => kind === 'Secret');
    expect(own.metadata.annotations).toBeUndefined();
    const { cookie_secret: _, ...values } = own.data;
    expect(hook.data).toMatchObject(values);
    expect(() => configOf(rendered, 'Job')).not.toThrow();
    expect(configOf(rendered).database).toMatchObject({ migrateOnStart: false });
  });

  it('ends, is tried again, can be looked at, and gets no requests', () => {
    const { spec } = only(example('migrations-job'), 'Job');
    expect(spec).toMatchObject({
      activeDeadlineSeconds: 600,
      backoffLimit: 3,
      ttlSecondsAfterFinished: 86400,
    });
    expect(spec.template.spec.containers[0].command).toEqual(['node', 'dist/migrate.js']);
    expect(spec.template.metadata).toMatchObject({
      annotations: { 'sidecar.istio.io/inject': 'false' },
      labels: { 'example.org/database': 'true' },
    });
    for (const [label, value] of Object.entries(SELECTOR))
      expect(spec.template.metadata.labels[label]).not.toBe(value);
  });

  it('reads a Secret that exists, under an account that exists', () => {
    const rendered = example('migrations-job-existing-secret');
    expect(rendered.objects.map(({ kind }) => kind)).not.toContain('Secret');
    expect(rendered.objects.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    const [pod] = podsOf({ ...rendered, objects: [only(rendered, 'Job')] });
    expect(pod.serviceAccountName).toBe('keys');
    expect(JSON.stringify(pod)).toContain('{"name":"apikm-secrets","key":"database_url"}');
  });

  it('mounts what the server mounts to reach the database', () => {
    const rendered = example('private-authority', { migrations: { job: { enabled: true } } });
    const [container] = only(rendered, 'Job').spec.template.spec.containers;
    expect(container.volumeMounts).toContainEqual(server(rendered).volumeMounts.at(-1));
    expect(environmentOf(rendered, 'Job').NODE_EXTRA_CA_CERTS).toBe('/etc/authority/ca.crt');
  });
});
