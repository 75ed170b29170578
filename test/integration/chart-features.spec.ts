import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configOf, deployment, example, SELECTOR, server } from '../support/chart-examples.js';
import { only, podsOf } from '../support/chart.js';

describe('several pods', () => {
  it('are counted by the autoscaler alone', () => {
    const rendered = example('autoscaling');
    expect(deployment(rendered)).not.toHaveProperty('replicas');
    const { spec } = only(rendered, 'HorizontalPodAutoscaler');
    expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'keys-apikeymanager' });
    expect(spec).toMatchObject({ minReplicas: 3, maxReplicas: 12 });
    expect(spec.metrics).toEqual([
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
      },
    ]);
    expect(only(rendered, 'PodDisruptionBudget').spec).toMatchObject({ minAvailable: '50%' });
  });

  it('are replaced one after the other, each when the next one is ready', () => {
    const rendered = example('high-availability');
    expect(deployment(rendered)).toMatchObject({
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    const { spec } = only(rendered, 'PodDisruptionBudget');
    expect(spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: SELECTOR } });
    expect(spec).not.toHaveProperty('minAvailable');
  });

  it('go over zones and nodes, each version by itself, unless the operator says otherwise', () => {
    const spread = (...values: object[]) =>
      deployment(example('existing-secret', ...values)).template.spec.topologySpreadConstraints;
    expect(spread()).toBeUndefined();
    const standard = spread({ replicaCount: 2 });
    expect(standard.map(({ topologyKey }: any) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    for (const constraint of standard)
      expect(constraint).toMatchObject({
        whenUnsatisfiable: 'ScheduleAnyway',
        matchLabelKeys: ['pod-template-hash'],
        labelSelector: { matchLabels: SELECTOR },
      });
    expect(spread({ autoscaling: { enabled: true } })).toHaveLength(2);
    expect(spread({ replicaCount: 2, topologySpreadConstraints: [] })).toBeUndefined();
    expect(deployment(example('high-availability')).template.spec.topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: SELECTOR },
      },
    ]);
  });
});

describe('a pod', () => {
  it('goes where the operator wants it, with their labels and annotations', () => {
    const rendered = example('high-availability');
    const { metadata, spec } = deployment(rendered).template;
    expect(metadata.labels).toEqual({ ...SELECTOR, 'example.org/team': 'keys' });
    expect(metadata.annotations).toMatchObject({ 'example.org/team': 'keys' });
    expect(only(rendered, 'Deployment').metadata.annotations).toEqual({
      'reloader.stakater.com/auto': 'true',
    });
    expect(spec).toMatchObject({
      priorityClassName: 'business-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'example.org/infra' }],
      affinity: { podAntiAffinity: expect.any(Object) },
    });
  });

  it('has the time to end that draining takes', () => {
    const grace = (...values: object[]) =>
      deployment(example('existing-secret', ...values)).template.spec.terminationGracePeriodSeconds;
    expect(grace()).toBe(30);
    expect(grace({ config: { drain_seconds: 15 } })).toBe(40);
    expect(grace({ config: { drain_seconds: 0 } })).toBe(25);
    expect(grace({ env: { APIKM_DRAIN_SECONDS: '20' } })).toBe(45);
    expect(grace({ terminationGracePeriodSeconds: 90 })).toBe(90);
  });

  it('is new when settings, the catalogue or the picture have changed, and only then', () => {
    const annotations = (...over: object[]) =>
      deployment(example('logo', { services: [] }, ...over)).template.metadata.annotations;
    const before = annotations();
    expect(annotations({ replicaCount: 2 })).toEqual(before);
    const changed = [
      { config: { name: 'Other' } },
      { services: [{ audience: 'maps', title: 'Maps' }] },
      { logo: { svg: '<svg/>' } },
    ].map((over) => {
      const after = annotations(over);
      return Object.keys(after).filter((name) => after[name] !== before[name]);
    });
    expect(changed).toEqual([['checksum/config'], ['checksum/services'], ['checksum/logo']]);
  });

  it('is asked whether it lives and is ready, with the operator’s patience', () => {
    const probes = server(example('existing-secret', { probes: { readiness: { timeoutSeconds: 9 } } }));
    expect(probes.startupProbe).toMatchObject({ httpGet: { path: '/health/live', port: 'http' } });
    expect(probes.livenessProbe).toMatchObject({ httpGet: { path: '/health/live' }, failureThreshold: 3 });
    expect(probes.readinessProbe).toEqual({
      httpGet: { path: '/health/ready', port: 'http' },
      periodSeconds: 2,
      timeoutSeconds: 9,
      failureThreshold: 2,
    });
  });

  it('has an account without a token', () => {
    const rendered = example('image');
    expect(only(rendered, 'ServiceAccount')).toMatchObject({
      automountServiceAccountToken: false,
      metadata: {
        name: 'keys-apikeymanager',
        annotations: { 'eks.amazonaws.com/role-arn': expect.any(String) },
      },
    });
    expect(deployment(rendered).template.spec.serviceAccountName).toBe('keys-apikeymanager');
  });

  it('runs the very image that the operator names', () => {
    const { image } = server(example('image'));
    expect(image).toMatch(/^registry\.example\.org\/tools\/apikeymanager@sha256:[0-9a-f]{64}$/);
  });

  it('may run as whatever user OpenShift gives it', () => {
    for (const { securityContext } of podsOf(example('openshift')))
      expect(securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  });

  it('gets variables by name, in the operator’s order, and whole sets of them', () => {
    const rendered = example('environment');
    const { env, envFrom } = server(rendered);
    expect(env.slice(-3)).toEqual([
      { name: 'NODE_OPTIONS', value: '--max-old-space-size=384' },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'APIKM_CONTACT_NAME', value: 'Data team' },
    ]);
    expect(envFrom).toEqual([{ configMapRef: { name: 'proxies', optional: true } }]);
    expect(configOf(rendered).docs.contact.name).toBe('Data team');
  });

  it('has no variable twice, whatever is given where', () => {
    const over = {
      config: { contact_name: 'Config' },
      secretRefs: { cookie_secret: { name: 'a', key: 'b' } },
    };
    const names = server(example('environment', over)).env.map(({ name }: any) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('takes each secret from where its maker leaves it', () => {
    const variables = server(example('secret-refs')).env as { name: string; valueFrom?: object }[];
    const reference = (name: string) => variables.find((variable) => variable.name === name)?.valueFrom;
    expect(reference('APIKM_DATABASE_URL')).toEqual({ secretKeyRef: { name: 'keys-db-app', key: 'uri' } });
    expect(reference('APIKM_REDIS_URL')).toEqual({
      secretKeyRef: { name: 'redis-apikeymanager', key: 'url' },
    });
    expect(reference('APIKM_OIDC_REALM')).toEqual({ secretKeyRef: { name: 'keys-auth', key: 'oidc_realm' } });
  });
});

describe('the operator’s picture', () => {
  it.each(['logo', 'logo-config-map'])('lies where the server looks for it (%s)', (name) => {
    const rendered = example(name);
    const file = configOf(rendered).web.logo!;
    const mount = server(rendered).volumeMounts.find((one: any) => one.name === 'logo');
    expect(file.startsWith(`${mount.mountPath}/`)).toBe(true);
    const { volumes } = deployment(rendered).template.spec;
    const volume = volumes.find((one: any) => one.name === 'logo').configMap.name;
    const made = rendered.objects.find(({ kind }) => kind === 'ConfigMap');
    if (name === 'logo')
      expect([made.metadata.name, made.data['logo.svg']]).toEqual([
        volume,
        expect.stringMatching(/^<svg .*<\/svg>\n$/s),
      ]);
    else expect([made, volume, file.endsWith('/logo.png')]).toEqual([undefined, 'brand', true]);
  });
});

it('keeps names and labels as short as Kubernetes wants them, whatever the release is called', () => {
  const over = {
    fullnameOverride: 'k'.repeat(63),
    migrations: { job: { enabled: true } },
    logo: { svg: '<svg/>' },
  };
  for (const { kind, metadata, spec } of example('monitoring', over).objects) {
    const labels = { ...metadata.labels, ...spec?.template?.metadata.labels };
    // Those of a ConfigMap are no host's name.
    const texts = [...(kind === 'ConfigMap' ? [] : [metadata.name]), ...Object.values<string>(labels)];
    expect(texts.filter((text) => text.length > 63)).toEqual([]);
  }
});

it('leads a gateway’s requests under the path to the service', () => {
  const rendered = example('gateway');
  expect(only(rendered, 'HTTPRoute')).toMatchObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    metadata: { annotations: { 'example.org/owner': 'keys' }, labels: { 'example.org/team': 'keys' } },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'https' }],
      hostnames: ['data.example.org'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/apikeys' } }],
          filters: [{ type: 'ResponseHeaderModifier' }],
          backendRefs: [{ name: only(rendered, 'Service').metadata.name, port: 8000 }],
        },
      ],
    },
  });
  expect(configOf(rendered).http).toMatchObject({ rootPath: '/apikeys' });
});

it('hands Grafana’s sidecar the dashboard as it stands in the documentation', () => {
  const { metadata, data } = only(example('monitoring'), 'ConfigMap');
  expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  expect(metadata.annotations).toEqual({ grafana_folder: 'Keys' });
  expect(data['apikeymanager.json']).toBe(readFileSync('docs/monitoring/grafana-dashboard.json', 'utf8'));
});
