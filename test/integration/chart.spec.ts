import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { parseCatalogue } from '../../src/services/read-catalogue.js';
import { environmentOf, only, podsOf, render, validated } from '../support/chart.js';

const OLD = 'test/helm';
const EXAMPLES = 'helm/ci';
const FILES = readdirSync(EXAMPLES)
  .map((name) => `${EXAMPLES}/${name}`)
  .concat(`${OLD}/predecessor.yaml`);
const OURS = { image: { repository: 'registry.example.org/tools/apikeymanager', tag: '1.0.0' } };
const MINIMAL = {
  config: { public_url: 'https://keys.example.org', database_url: 'postgresql://apikm:s@db/apikm' },
};
const OIDC = {
  oidc_endpoint: 'https://sso.example.org',
  oidc_realm: 'main',
  oidc_client_id: 'apikey-manager',
  oidc_client_secret: 'not-a-secret',
};
/** Not in the first version's values; `helm upgrade --reuse-values` brings none of them. */
const NEW = [
  ...[
    'secretRefs',
    'extraEnv',
    'extraEnvFrom',
    'migrations',
    'autoscaling',
    'podDisruptionBudget',
    'httpRoute',
  ],
  ...['serviceAccount', 'strategy', 'probes', 'logo', 'podLabels', 'initContainers', 'extraVolumes'],
];
/** What the image sets. */
const IMAGE = { NODE_ENV: 'production' };

describe('the chart', () => {
  it('renders every example to what three versions of Kubernetes take', () => {
    const rendered = FILES.map((file) => render(file));
    expect(rendered.map(({ refusal }) => refusal).filter(Boolean)).toEqual([]);
    expect(validated(...rendered)).toBe('');
  });

  it('says of values for the predecessor’s image what to do, and takes all the rest of them', () => {
    expect(render(`${OLD}/old-values.yaml`).refusal).toContain(
      "image.repository names the predecessor's image",
    );
    const rendered = render(`${OLD}/old-values.yaml`, OURS);
    expect(rendered.refusal).toBe('');
    expect(validated(rendered)).toBe('');
    const config = parseConfig({ ...IMAGE, ...environmentOf(rendered) });
    expect(config).toMatchObject({
      http: { publicUrl: 'https://keys.example.org/apikm', rootPath: '/apikm' },
      oidc: { endpoint: 'https://sso.example.org', realm: 'main', attributes: ['projects'] },
      verification: { rateLimits: [{ limit: 100, windowSeconds: 60 }] },
      docs: { contact: { name: 'Data team' } },
    });
    expect(JSON.stringify(config.database)).toContain('s3cr/t');
  });

  it('renders values that an earlier version of the chart has left, without any that came since', () => {
    const { refusal, text } = render(MINIMAL, Object.fromEntries(NEW.map((name) => [name, null])));
    expect([refusal, text]).toEqual(['', expect.stringContaining('kind: Deployment')]);
  });

  it('keeps what an upgrade from the predecessor relies on', () => {
    const rendered = render(`${OLD}/predecessor.yaml`);
    const labels = { 'app.kubernetes.io/name': 'apikeymanager', 'app.kubernetes.io/instance': 'keys' };
    const { metadata, spec } = only(rendered, 'Deployment');
    expect([metadata.name, spec.selector.matchLabels]).toEqual(['keys-apikeymanager', labels]);
    const service = only(rendered, 'Service').spec;
    expect(service.selector).toEqual(labels);
    expect(service.ports).toMatchObject([{ name: 'http', port: 8000, targetPort: 'http' }]);
    const secret = only(rendered, 'Secret');
    expect(secret.metadata.name).toBe('keys-auth');
    expect(Object.keys(secret.data as object).sort()).toEqual(
      ['cookie_secret', 'database_url', ...Object.keys(OIDC)].sort(),
    );
    expect(() => parseConfig({ ...IMAGE, ...environmentOf(rendered) })).not.toThrow();
  });

  it.each(FILES)('runs every pod of %s without root, rights, a writable system, or a token', (file) => {
    const pods = podsOf(render(file));
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const { securityContext, resources, image } of [
        ...pod.containers,
        ...(pod.initContainers ?? []),
      ]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        });
        expect(resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
        });
        expect(resources.limits.memory).toMatch(/^\d+Mi$/);
        expect(image).toMatch(/[:@](?!latest$)[\w.:-]+$/);
      }
    }
  });

  it('hands every name under config on to the setting of that name', () => {
    const rendered = render('helm/values.yaml', MINIMAL, { config: OIDC });
    const names = Object.keys(environmentOf(rendered));
    expect(names.filter((name) => name.startsWith('APIKM_') && !(name in SETTINGS))).toEqual([]);
    const numbers = { usage_retention_days: 1000000, unused_disable_days: 90, max_keys_per_user: 1000000 };
    const environment = environmentOf(render(MINIMAL, { config: { ...OIDC, ...numbers } }));
    expect(environment).toMatchObject({
      APIKM_USAGE_RETENTION_DAYS: '1000000',
      APIKM_UNUSED_DISABLE_DAYS: '90',
      APIKM_MAX_KEYS_PER_USER: '1000000',
    });
  });

  it('brings a catalogue that the server takes', () => {
    const rendered = render(`${EXAMPLES}/services-values.yaml`);
    const [text] = Object.values(only(rendered, 'ConfigMap').data as Record<string, string>);
    expect(parseCatalogue(text!, 'services.yaml').map(({ audience }) => audience)).toEqual(['maps', '007']);
  });
});
