import { describe, expect, it } from 'vitest';
import { render } from '../support/chart.js';

const MINIMAL = {
  config: { public_url: 'https://keys.example.org', database_url: 'postgresql://apikm:s@db/apikm' },
};
const WITH_SECRET = { existingSecret: 'apikm', config: { public_url: 'https://keys.example.org' } };
const SECRET = { name: 'keys-db-app', key: 'uri' };
const HOST = { host: 'keys.example.org' };
const AUTOSCALING = { enabled: true, minReplicas: 2 };
const budget = (podDisruptionBudget: object, replicaCount = 2): object => ({
  ...MINIMAL,
  replicaCount,
  podDisruptionBudget: { enabled: true, ...podDisruptionBudget },
});

describe('the chart', () => {
  it.each<[string, object, string]>([
    ['no public address', { config: { database_url: 'postgresql://db/x' } }, 'Set config.public_url'],
    [
      'a short cookie secret',
      { config: { ...MINIMAL.config, cookie_secret: 'short' } },
      'config.cookie_secret must',
    ],
    [
      'SQLite',
      { config: { ...MINIMAL.config, database_url: 'sqlite:///keys.db' } },
      'config.database_url names an SQLite',
    ],
    [
      'the embedded database',
      { config: { ...MINIMAL.config, database_url: 'pglite:./data' } },
      'embedded database',
    ],
    [
      'a catalogue that is no list',
      { ...MINIMAL, services: { audience: 'maps' } },
      'services must be a list',
    ],
    ['only services, and none', { config: { ...MINIMAL.config, services_only: true } }, 'needs a catalogue'],
    [
      'a secret given twice',
      { ...WITH_SECRET, config: MINIMAL.config },
      'existingSecret and config.database_url are both given',
    ],
    [
      'a reference beside its value',
      { ...MINIMAL, secretRefs: { database_url: SECRET } },
      'secretRefs.database_url is given, and the same setting by config',
    ],
    [
      'a reference beside its variable',
      {
        ...WITH_SECRET,
        secretRefs: { redis_url: SECRET },
        extraEnv: [{ name: 'APIKM_REDIS_URL', value: 'x' }],
      },
      'secretRefs.redis_url is given, and the same setting by config or env',
    ],
    [
      'a reference to no setting',
      { ...MINIMAL, secretRefs: { databse_url: SECRET } },
      'secretRefs.databse_url is no setting',
    ],
    [
      'a variable named twice',
      { ...MINIMAL, env: { A: 1 }, extraEnv: [{ name: 'A', value: '2' }] },
      'extraEnv names A, which is in env',
    ],
    [
      'a port that nothing leads to',
      { ...MINIMAL, env: { APIKM_PORT: 9000 } },
      'env sets APIKM_PORT, but probes and Services of this chart go to 8000',
    ],
    [
      'less time to end than draining takes',
      { ...MINIMAL, config: { ...MINIMAL.config, drain_seconds: 60 }, terminationGracePeriodSeconds: 60 },
      'terminationGracePeriodSeconds must be 70 or more',
    ],
    [
      'migrations by the Job and by the servers',
      { config: { ...MINIMAL.config, migrate_on_start: true }, migrations: { job: { enabled: true } } },
      'migrations.job.enabled and config.migrate_on_start are both on',
    ],
    [
      'a fixed number of pods that is scaled',
      { ...MINIMAL, replicaCount: 3, autoscaling: AUTOSCALING },
      'autoscaling.enabled and replicaCount are both given',
    ],
    [
      'fewer pods at most than at least',
      { ...MINIMAL, autoscaling: { ...AUTOSCALING, maxReplicas: 1 } },
      'autoscaling.maxReplicas is less than autoscaling.minReplicas',
    ],
    [
      'autoscaling by nothing',
      { ...MINIMAL, autoscaling: { ...AUTOSCALING, targetCPUUtilizationPercentage: null } },
      'autoscaling.enabled needs something to go by',
    ],
    [
      'autoscaling by a share of nothing',
      { ...MINIMAL, autoscaling: AUTOSCALING, resources: { requests: { cpu: null } } },
      'is a share of resources.requests.cpu',
    ],
    ['a budget of two kinds', budget({ minAvailable: 1, maxUnavailable: 1 }), 'Kubernetes takes one of them'],
    ['a budget that keeps the only pod', budget({ minAvailable: 1 }, 1), 'minAvailable keeps all of 1 pods'],
    ['a budget that keeps all pods', budget({ minAvailable: 2 }), 'minAvailable keeps all of 2 pods'],
    [
      'a budget whose share, rounded up, keeps all pods',
      budget({ minAvailable: '51%' }),
      'minAvailable keeps all of 2 pods',
    ],
    ['a budget that lets none go', budget({ maxUnavailable: '0%' }), 'maxUnavailable lets no pod go'],
    ['an ingress without hosts', { ...MINIMAL, ingress: { enabled: true } }, 'ingress.enabled needs a host'],
    [
      'an ingress with a nameless host',
      { ...MINIMAL, ingress: { enabled: true, hosts: [HOST, { paths: [] }] } },
      'An entry of ingress.hosts has no host',
    ],
    [
      'a route without a gateway',
      { ...MINIMAL, httpRoute: { enabled: true } },
      'httpRoute.enabled needs a gateway',
    ],
    [
      'two pictures',
      { ...MINIMAL, logo: { svg: '<svg/>', existingConfigMap: 'brand' } },
      'logo.svg and logo.existingConfigMap are both given',
    ],
    [
      'a picture by chart and by path',
      { config: { ...MINIMAL.config, logo: '/logo.svg' }, logo: { svg: '<svg/>' } },
      'config.logo and logo are both given',
    ],
    [
      'a picture that is none',
      { ...MINIMAL, logo: { existingConfigMap: 'brand', key: 'logo.txt' } },
      'logo.key must name a file',
    ],
    ['a name that it does not know', { ...MINIMAL, autoscalling: {} }, 'autoscalling'],
    ['a part that it does not know', { ...MINIMAL, autoscaling: { minReplica: 2 } }, 'minReplica'],
    ['a wrong kind of value', { ...MINIMAL, replicaCount: 'two' }, 'replicaCount'],
  ])('refuses %s with a sentence that names the value', (_, values, sentence) => {
    expect(render(values).refusal).toContain(sentence);
  });
});
