import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { limitsToStore } from '../../src/api-keys/limits.js';
import type { StoredLimits } from '../../src/api-keys/limits.js';
import { databaseBefore } from '../support/database-before.js';
import { testDatabase } from '../support/database.js';

interface Columns {
  roles: string[] | null;
  audiences: string[] | null;
  scopes: string[] | null;
  allowed_ips: string[] | null;
  allowed_referers: string[] | null;
  referer_policy: string;
  allow_key_in_url: boolean;
  rate_limit: string | null;
}

const FREE: Columns = {
  roles: null,
  audiences: null,
  scopes: null,
  allowed_ips: null,
  allowed_referers: null,
  referer_policy: 'always',
  allow_key_in_url: true,
  rate_limit: null,
};
const COLUMNS = Object.keys(FREE) as (keyof Columns)[];

const AWKWARD = ['a,b', '"c"', "d'e", '{f}', 'g\\h', '', ' ', 'NULL', 'null', 'i\nj'];
const UNICODE = ['地図', '🗝️', 'Zürich', 'e\u0301', '\u202Ertl'];
const ALL: Partial<Columns> = {
  roles: ['reader', 'writer'],
  audiences: ['app'],
  scopes: ['maps:read'],
  allowed_ips: ['10.0.0.0/8', '2001:db8::/32'],
  allowed_referers: ['*.example.org'],
  referer_policy: 'browser',
  allow_key_in_url: false,
  rate_limit: '100/minute',
};
const ALL_LIMITS: StoredLimits = {
  roles: ['reader', 'writer'],
  audiences: ['app'],
  scopes: ['maps:read'],
  allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
  allowedReferers: ['*.example.org'],
  refererPolicy: 'browser',
  allowKeyInUrl: false,
  rateLimit: '100/minute',
};

/** The same limits as builds of before keep them, and as this one does. */
const KINDS: [kind: string, columns: Partial<Columns>, limits: StoredLimits][] = [
  ['roles', { roles: ['reader'] }, { roles: ['reader'] }],
  ['audiences', { audiences: ['app', 'map'] }, { audiences: ['app', 'map'] }],
  ['scopes', { scopes: ['maps:read'] }, { scopes: ['maps:read'] }],
  ['addresses', { allowed_ips: ['10.0.0.0/8', '::1'] }, { allowedIps: ['10.0.0.0/8', '::1'] }],
  ['referers', { allowed_referers: ['*.example.org'] }, { allowedReferers: ['*.example.org'] }],
  ['a referer policy', { referer_policy: 'browser' }, { refererPolicy: 'browser' }],
  ['no key in the URL', { allow_key_in_url: false }, { allowKeyInUrl: false }],
  ['a rate', { rate_limit: '100/minute' }, { rateLimit: '100/minute' }],
  ['all at once', ALL, ALL_LIMITS],
  ['none', {}, {}],
  ['a list that allows nothing', { roles: [] }, { roles: [] }],
  [
    'commas, quotes and braces in lists',
    { roles: AWKWARD, scopes: AWKWARD },
    { roles: AWKWARD, scopes: AWKWARD },
  ],
  ['unicode', { roles: UNICODE, audiences: UNICODE }, { roles: UNICODE, audiences: UNICODE }],
];
const IDS = KINDS.map((_, row) => `key-${String(row).padStart(2, '0')}`);

const record = (id: string) => ({
  id,
  digest: randomBytes(32),
  owner_id: 'u',
  name: '',
  format: 'akm',
  created_at: new Date(0),
  expires_at: new Date(0),
});

async function insert(source: DataSource, row: object): Promise<void> {
  const entries = Object.entries(row);
  const places = entries.map((_, index) => `$${index + 1}`).join(', ');
  const names = entries.map(([name]) => name).join(', ');
  await source.query(
    `INSERT INTO api_keys (${names}) VALUES (${places})`,
    entries.map(([, value]) => value as unknown),
  );
}

const addOwner = (source: DataSource): Promise<unknown> =>
  source.query("INSERT INTO owners (id, created_at) VALUES ('u', now())");

async function addAll(source: DataSource): Promise<void> {
  await addOwner(source);
  for (const [row, [, columns]] of KINDS.entries())
    await insert(source, { ...record(IDS[row]!), ...columns });
}

/** Columns that came after all of this. */
const LATER = [
  ...[
    'version',
    'roles_then',
    'replaces',
    'replaced_by',
    'revoke_reason',
    'disabled_by',
    'used_after_end_at',
    'enabled_at',
    'end_set_at',
  ],
];

async function rowsOf(source: DataSource): Promise<Record<string, unknown>[]> {
  const rows = await source.query<Record<string, unknown>[]>(
    'SELECT * FROM api_keys ORDER BY created_at, id',
  );
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !LATER.includes(name))));
}

/** What this build reads. */
const limitsIn = async (source: DataSource, id: string): Promise<StoredLimits> =>
  (await source.manager.findOneByOrFail(ApiKey, { id })).limits;

/** What builds of before read. */
async function columnsIn(source: DataSource, id: string): Promise<Columns> {
  const [row] = await source.query<Columns[]>(`SELECT ${COLUMNS.join(', ')} FROM api_keys WHERE id = $1`, [
    id,
  ]);
  return row!;
}

const bytesIn = async (source: DataSource, id: string): Promise<string> =>
  (
    await source.query<[{ bytes: string }]>('SELECT limits::text AS bytes FROM api_keys WHERE id = $1', [id])
  )[0].bytes;

/** The migration of this name and all that came after it. */
async function undo(source: DataSource, first: string): Promise<void> {
  const names = source.migrations.map((migration) => migration.constructor.name);
  const steps = names.length - names.findIndex((name) => name.startsWith(first));
  for (let step = 0; step < steps; step += 1) await source.undoLastMigration();
}

const undoAll = (source: DataSource): Promise<void> => undo(source, 'BeginLimits');

describe('keys of before', () => {
  let source: DataSource;
  let before: Record<string, unknown>[];
  beforeAll(async () => {
    const { source: opened, migrate } = await databaseBefore('BeginLimits');
    source = opened;
    await addAll(source);
    before = await rowsOf(source);
    await migrate();
  });
  afterAll(() => source.destroy());

  it.each(KINDS.map(([kind, , limits], row) => [kind, IDS[row]!, limits] as const))(
    'have their limits afterwards: %s',
    async (_, id, limits) => {
      expect(await limitsIn(source, id)).toEqual(limits);
    },
  );

  it('are in everything else as they were, with no description', async () => {
    const after = await rowsOf(source);
    expect(after).toEqual(
      before.map((row, index) => ({ ...row, limits: KINDS[index]![2], description: '' })),
    );
  });

  it('keep nothing at all where they have no limits', async () => {
    expect(await bytesIn(source, IDS[KINDS.findIndex(([kind]) => kind === 'none')]!)).toBe('{}');
  });
});

it('every key of before has its limits, however many there are', async () => {
  const { source, migrate } = await databaseBefore('BeginLimits');
  await addOwner(source);
  await source.query(`
    INSERT INTO api_keys (id, digest, owner_id, format, created_at, expires_at, scopes)
    SELECT md5(i::text), int4send(i), 'u', 'akm', now(), now(), ARRAY[i::text] FROM generate_series(1, 11000) AS i`);
  await migrate();
  const wrong = "limits <> jsonb_build_object('scopes', to_jsonb(scopes))";
  const sum = `SELECT count(*)::int AS keys, count(*) FILTER (WHERE ${wrong})::int AS wrong FROM api_keys`;
  expect(await source.query(sum)).toEqual([{ keys: 11_000, wrong: 0 }]);
  await source.destroy();
});

describe('while the limits are being moved', () => {
  let source: DataSource;
  let migrate: () => Promise<void>;
  beforeAll(async () => {
    const begun = await databaseBefore('FillLimits');
    ({ source, migrate } = begun);
    await addAll(source);
  });
  afterAll(() => source.destroy());

  it('this build reads no key, rather than one without its limits', async () => {
    await expect(limitsIn(source, IDS[0]!)).rejects.toMatchObject({ code: '42703' });
  });

  it('what a build of before writes counts', async () => {
    await insert(source, { ...record('meanwhile'), scopes: ['new'] });
    await source.query("UPDATE api_keys SET roles = '{other}' WHERE id = $1", [IDS[0]]);
    await migrate();
    expect(await limitsIn(source, 'meanwhile')).toEqual({ scopes: ['new'] });
    expect(await limitsIn(source, IDS[0]!)).toEqual({ roles: ['other'] });
  });
});

describe('builds of before and this one on one database', () => {
  let source: DataSource;
  beforeAll(async () => {
    source = await testDatabase();
    await addOwner(source);
  });
  afterAll(() => source.destroy());

  /** As a build of before makes a key. */
  async function madeBefore(columns: Partial<Columns>): Promise<string> {
    const id = randomUUID();
    await insert(source, { ...record(id), ...FREE, ...columns });
    return id;
  }

  /** As this build makes one. */
  async function madeNow(limits: StoredLimits): Promise<string> {
    const id = randomUUID();
    const { owner_id: ownerId, created_at: createdAt, expires_at: expiresAt, ...rest } = record(id);
    await source.manager.insert(ApiKey, {
      ...rest,
      ...{ ownerId, createdAt, expiresAt },
      limits: limitsToStore(limits),
    } as object);
    return id;
  }

  const changedBefore = (id: string, assignment: string): Promise<unknown> =>
    source.query(`UPDATE api_keys SET ${assignment} WHERE id = $1`, [id]);

  const changedNow = (id: string, limits: StoredLimits): Promise<unknown> =>
    source.manager.update(ApiKey, id, { limits: limitsToStore(limits) });

  it.each(KINDS)('a key made by a build of before shows its limits here: %s', async (_, columns, limits) => {
    expect(await limitsIn(source, await madeBefore(columns))).toEqual(limits);
  });

  it.each(KINDS)('a key made here shows its limits to a build of before: %s', async (_, columns, limits) => {
    const id = await madeNow(limits);
    expect(await columnsIn(source, id)).toEqual({ ...FREE, ...columns });
    expect(await limitsIn(source, id)).toEqual(limits);
  });

  it.each([
    ['roles', "roles = '{reader}'", { roles: ['reader'] }],
    ['roles, taken away', 'roles = NULL', { roles: undefined }],
    ['audiences', "audiences = '{other}'", { audiences: ['other'] }],
    ['scopes', "scopes = '{other}'", { scopes: ['other'] }],
    ['addresses', "allowed_ips = '{::1}'", { allowedIps: ['::1'] }],
    ['referers', "allowed_referers = '{x.org}'", { allowedReferers: ['x.org'] }],
    ['the referer policy', "referer_policy = 'never'", { refererPolicy: 'never' }],
    ['the referer policy, taken away', "referer_policy = 'always'", { refererPolicy: undefined }],
    ['the key in the URL, allowed again', 'allow_key_in_url = true', { allowKeyInUrl: undefined }],
    ['the rate', "rate_limit = '1/hour'", { rateLimit: '1/hour' }],
  ] as [string, string, StoredLimits][])(
    'one limit changed by a build of before shows here, and those it does not know stay: %s',
    async (_, assignment, change) => {
      const limits: StoredLimits = { ...ALL_LIMITS, allowedMethods: ['GET'] };
      const id = await madeNow(limits);
      await changedBefore(id, assignment);
      expect(await limitsIn(source, id)).toEqual(JSON.parse(JSON.stringify({ ...limits, ...change })));
    },
  );

  it.each([
    "revoked_at = now(), revoked_by = 'owner'",
    'expires_at = now()',
    "name = 'other'",
    'enabled = false',
  ])(
    'a build of before that changes something else leaves the limits, byte for byte: %s',
    async (assignment) => {
      const limited = await madeNow({ ...ALL_LIMITS, roles: AWKWARD, allowedMethods: ['GET', 'PUT'] });
      const free = await madeNow({});
      const bytes = await bytesIn(source, limited);
      await changedBefore(limited, assignment);
      await changedBefore(free, assignment);
      expect(await bytesIn(source, limited)).toBe(bytes);
      expect(await bytesIn(source, free)).toBe('{}');
    },
  );

  it.each(KINDS)('limits changed here show to a build of before: %s', async (_, columns, limits) => {
    const id = await madeBefore({ roles: ['before'], rate_limit: '7/hour', allow_key_in_url: false });
    await changedNow(id, limits);
    // Without limits at all, too: what was there must not come back.
    expect(await columnsIn(source, id)).toEqual({ ...FREE, ...columns });
    expect(await limitsIn(source, id)).toEqual(limits);
  });

  it('each limit taken away here is gone for a build of before', async () => {
    for (const name of Object.keys(ALL_LIMITS) as (keyof StoredLimits)[]) {
      const { [name]: _, ...rest } = ALL_LIMITS;
      const id = await madeBefore(ALL);
      await changedNow(id, rest);
      const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as keyof Columns;
      expect(await columnsIn(source, id)).toEqual({ ...ALL, [column]: FREE[column] });
    }
  });

  it('a limit that only this build knows can be added and taken away, and the others stay', async () => {
    const id = await madeBefore(ALL);
    await changedNow(id, { ...ALL_LIMITS, allowedMethods: ['GET'] });
    expect(await columnsIn(source, id)).toEqual(ALL);
    await changedNow(id, ALL_LIMITS);
    expect(await columnsIn(source, id)).toEqual(ALL);
    expect(await limitsIn(source, id)).toEqual(ALL_LIMITS);
  });

  it('something else changed here leaves the columns of a build of before', async () => {
    const id = await madeBefore({ ...ALL, roles: AWKWARD });
    await source.manager.update(ApiKey, id, { revokedAt: new Date(), name: 'other' });
    const key = await source.manager.findOneByOrFail(ApiKey, { id });
    await source.manager.save(Object.assign(key, { description: 'text', revokedAt: null }));
    expect(await columnsIn(source, id)).toEqual({ ...ALL, roles: AWKWARD });
    expect(await limitsIn(source, id)).toEqual({ ...ALL_LIMITS, roles: AWKWARD });
  });
});

describe('the migration undone', () => {
  let source: DataSource;
  beforeAll(async () => {
    source = await testDatabase();
    await addAll(source);
  });
  afterAll(() => source.destroy());

  it('leaves each key as builds of before know it; done again, it loses nothing of it', async () => {
    const after = await rowsOf(source);
    await undoAll(source);
    const undone = await rowsOf(source);
    expect(undone).toEqual(after.map(({ limits: _, description: __, ...row }) => row));
    await insert(source, { ...record('while-undone'), created_at: new Date(1), scopes: ['new'] });
    await source.runMigrations();
    expect((await rowsOf(source)).slice(0, -1)).toEqual(after);
    expect(await limitsIn(source, 'while-undone')).toEqual({ scopes: ['new'] });
  });

  it('and done again gives the schema that the entities say', async () => {
    await undoAll(source);
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('in its last step only keeps what it does not know', async () => {
    const id = IDS[0]!;
    await source.manager.update(ApiKey, id, { limits: { roles: ['reader'], allowedMethods: ['GET'] } });
    await undo(source, 'LimitsAsOneValue');
    await source.query("UPDATE api_keys SET scopes = '{new}' WHERE id = $1", [id]);
    await source.runMigrations();
    expect(await limitsIn(source, id)).toEqual({
      roles: ['reader'],
      allowedMethods: ['GET'],
      scopes: ['new'],
    });
  });
});
