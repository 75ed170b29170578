import type { EntityManager } from 'typeorm';
import { ACCEPTED, MOST_NETWORKS } from './usage-recorder.js';
import type { Count, KeyUses } from './usage-recorder.js';

/** Gives no row when this batch has arrived before: the reply to its COMMIT was lost. */
const CLAIM_BATCH = `
  INSERT INTO usage_writers AS w (id, batch, written_at) VALUES ($1, $2, now())
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, written_at = excluded.written_at WHERE w.batch < excluded.batch
  RETURNING batch`;

const WRITE_HOURS = `
  INSERT INTO usage_hours AS u (key_id, hour, audience, code, count)
  SELECT key_id, to_timestamp(hour / 1000), audience, code, count
  FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::bigint[]) AS b (key_id, hour, audience, code, count)
  ON CONFLICT (key_id, hour, audience, code) DO UPDATE SET count = u.count + excluded.count`;

const LATEST_NETWORKS = `
  (SELECT jsonb_object_agg(network, at) FROM (
    SELECT key AS network, max(value::bigint) AS at
    FROM (SELECT * FROM jsonb_each_text(t.networks) UNION ALL SELECT * FROM jsonb_each_text(excluded.networks)) AS both_of_them
    GROUP BY key ORDER BY at DESC LIMIT ${MOST_NETWORKS}) AS latest)`;
/** A use from the one network where the key was used last is nearly all there is. */
const NETWORKS = `
  CASE WHEN excluded.networks IS NULL THEN t.networks
    WHEN t.networks IS NULL OR t.networks = excluded.networks THEN excluded.networks ELSE ${LATEST_NETWORKS} END`;
const OF_LATER = (column: string): string =>
  `${column} = CASE WHEN excluded.last_used_at >= coalesce(t.last_used_at, '-infinity') THEN excluded.${column} ELSE t.${column} END`;

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

/** Writes a batch unless it is written already. In the order of keys, so that two replicas never wait for each other in a circle. */
export async function writeUses(
  manager: EntityManager,
  writer: string,
  batch: number,
  uses: readonly KeyUses[],
): Promise<void> {
  const claimed = await manager.query<unknown[]>(CLAIM_BATCH, [writer, batch]);
  if (claimed.length === 0) return;
  const sorted = [...uses].sort(by(({ keyId }) => keyId));
  await manager.query(WRITE_HOURS, hours(sorted));
  await manager.query(WRITE_TOTALS, totals(sorted));
  await manager.query(WRITE_OF_ALL, ofAll(sorted));
}

function hours(uses: readonly KeyUses[]): unknown[][] {
  const rows = uses.flatMap(({ keyId, counts }) =>
    [...counts].sort(by(nameOf)).map((count) => ({ keyId, ...count })),
  );
  return [rows.map(({ keyId }) => keyId), ...columns(rows)];
}

function totals(uses: readonly KeyUses[]): unknown[][] {
  const last = uses.map(({ lastUse }) => lastUse);
  return [
    uses.map(({ keyId }) => keyId),
    uses.map(({ counts }) => acceptedOf(counts)),
    uses.map(({ counts }) => refusedOf(counts)),
    last.map((use) => use?.at ?? null),
    last.map((use) => use?.network ?? null),
    last.map((use) => use?.agent ?? null),
    last.map((use) => use?.carrier ?? null),
    uses.map(({ networks }) => (networks.size > 0 ? JSON.stringify(Object.fromEntries(networks)) : null)),
  ];
}

function ofAll(uses: readonly KeyUses[]): unknown[][] {
  const sums = new Map<string, Count>();
  for (const count of uses.flatMap(({ counts }) => counts)) {
    const sum = sums.get(nameOf(count));
    if (sum) sum.count += count.count;
    else sums.set(nameOf(count), { ...count });
  }
  return columns([...sums.values()].sort(by(nameOf)));
}

const columns = (counts: readonly Count[]): unknown[][] => [
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
