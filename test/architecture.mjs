// Which folder of src may import which: one line a module. Anything else fails `npm run check`.
const ground = ['config', 'platform', 'database'];
const mayImport = {
  config: [],
  platform: ['config'],
  database: ['config', 'platform'],
  workers: ['config', 'platform'],
  audit: ground,
  usage: ground,
  invalidation: ground,
  throttle: [...ground, 'workers'],
  services: ground,
  'dev-identity': ground,
  changes: [...ground, 'audit', 'invalidation'],
  'key-lookup': [...ground, 'invalidation'],
  owners: [...ground, 'changes'],
  keycloak: [...ground, 'owners'],
  rights: [...ground, 'keycloak', 'owners', 'changes'],
  auth: [...ground, 'rights', 'owners', 'changes'],
  'api-keys': [...ground, 'auth', 'owners', 'changes', 'services'],
  inventory: [...ground, 'api-keys', 'owners', 'usage', 'services'],
  verification: [...ground, 'key-lookup', 'api-keys', 'owners', 'throttle', 'usage', 'services'],
  gateway: [...ground, 'verification'],
  'key-management': [
    ...ground,
    'api-keys',
    'auth',
    'inventory',
    'verification',
    'usage',
    'audit',
    'services',
  ],
  legacy: [...ground, 'api-keys', 'auth', 'owners', 'usage'],
  admin: [...ground, 'api-keys', 'auth', 'inventory', 'owners', 'usage', 'audit', 'rights', 'services'],
  'keys-command': [
    ...ground,
    'audit',
    'api-keys',
    'changes',
    'inventory',
    'invalidation',
    'owners',
    'services',
  ],
  web: [...ground, 'auth', 'services'],
  upgrade: [],
  import: [...ground, 'workers', 'api-keys', 'owners', 'usage', 'changes'],
  health: [...ground, 'rights', 'verification', 'workers'],
};
const within = (folders) => folders.map((folder) => `^src/${folder}/`);
const arrows = Object.entries(mayImport).map(([folder, targets]) => ({
  name: `${folder}-imports-only`,
  comment: `src/${folder} may import: ${targets.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: within([folder, ...targets]) },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: 'every-folder-is-listed',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: within(Object.keys(mayImport)) },
      to: {},
    },
    {
      name: 'edges-are-private',
      comment: 'controllers and DTOs belong to their folder',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/.*[.](controller|dto)[.]ts$', pathNot: '^src/$1/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-never-imports-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]spec[.]ts$' },
      to: { path: '^test/|[.]spec[.]ts$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
