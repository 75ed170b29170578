import { promisify } from 'node:util';
import type { EntityManager } from 'typeorm';
import { ACCEPTED, MOST_NETWORKS } from './usage-recorder.js';
import type { Count, KeyUses } from './usage-recorder.js';

/** Gives no row when this batch has arrived before: the reply to its COMMIT was lost. */
const CLAIM_BATCH = `
  INSERT INTO usage_writers AS w (id, batch, written_at) VALUES ($1, $2, now())
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, written_at = excluded.written_at WHERE w.batch < excluded.batch
  RETURNING batch`;

/** Of several writers, as `Written`: an aggregate of their rows. */
export const WRITTEN = `coalesce(json_object_agg(id, batch), '{}')`;

const WRITE_HOURS = `
  INSERT INTO usage_hours AS u (key_id, hour, audience, code, count)
  SELECT key_id, to_timestamp(hour / 1000), audience, code, count
  FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::bigint[]) AS b (key_id, hour, audience, code, count)
  ON CONFLICT (key_id, hour, audience, code) DO UPDATE SET count = u.count + excluded.count`;

/** Whether the last use is the new one; it may be older, of a replica that could not write for a while. */
const IS_LATER = `excluded.last_used_at >= coalesce(t.last_used_at, '-infinity')`;
const OF_LATER = (column: string): string =>
  `${column} = CASE WHEN ${IS_LATER} THEN excluded.${column} ELSE t.${column} END`;
/** Nearly always the last use came from where the one before did, and `networks`, which has the others, stays. */
const NETWORKS = `
  CASE WHEN excluded.last_used_at IS NULL
      OR (excluded.networks IS NULL AND excluded.last_network IS NOT DISTINCT FROM t.last_network) THEN t.networks
    ELSE (SELECT jsonb_object_agg(network, at) FROM (
      SELECT network, max(at) AS at FROM (
        SELECT key, value::float8 FROM jsonb_each_text(t.networks)
        UNION ALL SELECT key, value::float8 FROM jsonb_each_text(excluded.networks)
        UNION ALL SELECT t.last_network, floor(extract(epoch FROM t.last_used_at) * 1000)
        UNION ALL SELECT excluded.last_network, floor(extract(epoch FROM excluded.last_used_at) * 1000)
      ) AS seen (network, at)
      WHERE network <> coalesce(CASE WHEN ${IS_LATER} THEN excluded.last_network ELSE t.last_network END, '')
      GROUP BY network ORDER BY at DESC LIMIT ${MOST_NETWORKS}) AS latest) END`;

const WRITE_TOTALS = `
  INSERT INTO usage_totals AS t
    (key_id, accepted, refused, last_used_at, last_network, last_agent, last_carrier, networks)
  SELECT key_id, accepted, refused, to_timestamp(used_at / 1000), network, agent, carrier, networks::jsonb
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[])
    AS b (key_id, accepted, refused, used_at, network, agent, carrier, networks)
  ON CONFLICT (key_id) DO UPDATE SET accepted = t.accepted + excluded.accepted, refused = t.refused + excluded.refused,
    last_used_at = greatest(t.last_used_at, excluded.last_used_at),
    ${['last_network', 'last_agent', 'last_carrier'].map(OF_LATER).join(', ')}, networks = ${NETWORKS}`;

/** Every replica writes the same few rows, so this comes last: their locks are held for the commit only. */
const WRITE_OF_ALL = `
  INSERT INTO usage_of_all AS u (hour, audience, code, count)
  SELECT to_timestamp(hour / 1000), audience, code, count
  FROM unnest($1::float8[], $2::text[], $3::text[], $4::bigint[]) AS b (hour, audience, code, count)
  ON CONFLICT (hour, audience, code) DO UPDATE SET count = u.count + excluded.count`;

type Column = readonly (string | number | null)[];
const UNSAFE = /["\\]/;
const ESCAPED = /["\\]/g;
const sent = promisify(setImmediate);

/** Of so many keys a statement is made without holding up verifications. */
const MOST_IN_STATEMENT = 2000;

/** Writes a batch unless it is written already. In the order of tables and keys, so that two replicas never wait for each other in a circle. */
export async function writeUses(
  manager: EntityManager,
  writer: string,
  batch: number,
  uses: readonly KeyUses[],
): Promise<void> {
  const claimed = await manager.query<unknown[]>(CLAIM_BATCH, [writer, batch]);
  if (claimed.length === 0) return;
  const sorted = [...uses].sort(by(({ keyId }) => keyId));
  let underWay: Promise<unknown> = Promise.resolve();
  for (const { statement, columns } of statements(sorted)) {
    const values = columns.map(arrayText);
    await underWay;
    underWay = manager.query(statement, values);
    underWay.catch(() => {});
    // It is sent only then; the next one is prepared while the database works on it.
    await sent();
  }
  await underWay;
}

interface Prepared {
  readonly statement: string;
  readonly columns: readonly Column[];
}

function* statements(uses: readonly KeyUses[]): Iterable<Prepared> {
  for (const some of slices(uses)) yield { statement: WRITE_HOURS, columns: hours(some) };
  for (const some of slices(uses)) yield { statement: WRITE_TOTALS, columns: totals(some) };
  yield { statement: WRITE_OF_ALL, columns: ofAll(uses) };
}

/** As PostgreSQL reads an array; the driver's own way takes three times as long. */
function arrayText(column: Column): string {
  const texts = column.map((value) => {
    if (typeof value === 'string') return `"${UNSAFE.test(value) ? value.replace(ESCAPED, '\\$&') : value}"`;
    return value === null ? 'NULL' : String(value);
  });
  return `{${texts.join(',')}}`;
}

function* slices(uses: readonly KeyUses[]): Iterable<readonly KeyUses[]> {
  for (let at = 0; at < uses.length; at += MOST_IN_STATEMENT) yield uses.slice(at, at + MOST_IN_STATEMENT);
}

function hours(uses: readonly KeyUses[]): Column[] {
  const rows = uses.flatMap(({ keyId, counts }) =>
    [...counts].sort(by(nameOf)).map((count) => ({ keyId, ...count })),
  );
  return [rows.map(({ keyId }) => keyId), ...columns(rows)];
}

function totals(uses: readonly KeyUses[]): Column[] {
  const last = uses.map(({ lastUse }) => lastUse);
  return [
    uses.map(({ keyId }) => keyId),
    uses.map(({ counts }) => acceptedOf(counts)),
    uses.map(({ counts }) => refusedOf(counts)),
    last.map((use) => use?.at ?? null),
    last.map((use) => use?.network ?? null),
    last.map((use) => use?.agent ?? null),
    last.map((use) => use?.carrier ?? null),
    uses.map(othersOf),
  ];
}

/** The networks but that of the last use. */
function othersOf({ networks, lastUse }: KeyUses): string | null {
  const others = [...networks].filter(([network]) => network !== lastUse?.network);
  return others.length > 0 ? JSON.stringify(Object.fromEntries(others)) : null;
}

function ofAll(uses: readonly KeyUses[]): Column[] {
  const sums = new Map<string, Count>();
  for (const count of uses.flatMap(({ counts }) => counts)) {
    const sum = sums.get(nameOf(count));
    if (sum) sum.count += count.count;
    else sums.set(nameOf(count), { ...count });
  }
  return columns([...sums.values()].sort(by(nameOf)));
}

const columns = (counts: readonly Count[]): Column[] => [
  counts.map(({ hour }) => hour),
  counts.map(({ audience }) => audience),
  counts.map(({ code }) => code),
  counts.map(({ count }) => count),
];

const nameOf = ({ hour, code, audience }: Count): string => `${hour} ${code} ${audience}`;
const by =
  <T>(name: (item: T) => string) =>
  (a: T, b: T): number =>
    name(a) < name(b) ? -1 : 1;

export const acceptedOf = (counts: readonly Count[]): number =>
  sum(counts.filter(({ code }) => code === ACCEPTED));
export const refusedOf = (counts: readonly Count[]): number =>
  sum(counts.filter(({ code }) => code !== ACCEPTED));
const sum = (counts: readonly Count[]): number => counts.reduce((all, { count }) => all + count, 0);
