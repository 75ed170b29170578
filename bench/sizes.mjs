// What keys, people, the audit and known keys take, on a throw-away PostgreSQL: the constants of `npm run model`.
// `node --expose-gc bench/sizes.mjs`, after `npm run build`; --keys 20000
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openPostgres, query } from './postgres.mjs';
import { settingsFor } from './settings.mjs';

const { values } = parseArgs({ options: { keys: { type: 'string', default: '20000' } } });
const [KEYS, KEYS_OF_A_PERSON, AT_ONCE] = [Number(values.keys), 5, 8];
const DIST = resolve('dist');
const of = (file) => import(pathToFileURL(join(DIST, file)).href);

const postgres = await openPostgres(undefined, false);
if (!postgres) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
try {
  const { url } = await postgres.sibling('sizes');
  await measure(url);
} finally {
  await postgres.end();
}

async function measure(url) {
  const { createApp } = await of('app.setup.js');
  const { parseConfig } = await of('config/parse-config.js');
  const { ApiKeysService } = await of('api-keys/api-keys.service.js');
  const { DataSource } = createRequire(join(DIST, 'main.js'))('typeorm');
  const app = await createApp(
    parseConfig({ ...settingsFor(url), APIKM_CREATE_RATE: '', APIKM_RATE_LIMIT: '' }),
  );
  await app.listen(0, '127.0.0.1');
  const address = await app.getUrl();
  const secrets = await makeKeys(app.get(DataSource), app.get(ApiKeysService));
  await query(url, 'VACUUM ANALYZE');
  for (const table of ['owners', 'api_keys', 'audit', 'usage_totals']) await report(url, table);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => verifyEvery(address, secrets, i)));
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / KEYS;
  console.log(`memory of a known key, with its counts that wait: ${bytes.toFixed(0)} bytes`);
  await app.close();
  for (const table of ['usage_totals', 'usage_hours']) await report(url, table);
}

async function makeKeys(source, keys) {
  const people = Array.from({ length: KEYS / KEYS_OF_A_PERSON }, (_, i) => ({
    id: randomUUID(),
    login: `login-${i}`,
    roles: [],
  }));
  await source.query(
    `INSERT INTO owners (id, login, created_at, roles, groups, rights_read_at)
     SELECT id, login, now(), '{reader,writer,offline_access}', '{/org/unit}', now()
     FROM unnest($1::text[], $2::text[]) AS o (id, login)`,
    [people.map(({ id }) => id), people.map(({ login }) => login)],
  );
  const secrets = [];
  const some = async () => {
    for (let person = people.pop(); person; person = people.pop()) {
      const by = { id: person.id, login: person.login, via: 'token', network: '192.0.2.0/24', agent: 'curl' };
      for (let i = 0; i < KEYS_OF_A_PERSON; i += 1) {
        const wanted = { name: `QGIS on laptop ${i}`, expiresAt: new Date(Date.now() + 86_400_000) };
        secrets.push((await keys.create(person, wanted, by)).secret);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  return secrets;
}

async function verifyEvery(address, secrets, first) {
  for (let i = first; i < secrets.length; i += AT_ONCE) {
    const { status } = await fetch(`${address}/auth/check_key`, { headers: { 'x-api-key': secrets[i] } });
    if (status !== 200) throw new Error(`a key of ours was answered ${status}`);
  }
}

async function report(url, table) {
  const [{ bytes, rows }] = await query(
    url,
    `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes, (SELECT count(*) FROM ${table})::float8 AS rows
     FROM pg_class WHERE oid = '${table}'::regclass OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '${table}'::regclass)`,
  );
  if (rows > 0) console.log(`${table}: ${(bytes / rows).toFixed(0)} bytes a row with its indexes`);
}
