import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { letGo } from '../database/let-go.js';
import type { Written } from './batch-lane.js';
import { UsageFlusher } from './usage-flusher.js';
import { MOST_NETWORKS } from './usage-recorder.js';
import type { KeyUses, LastUse } from './usage-recorder.js';
import { acceptedOf, refusedOf, WRITTEN } from './write-uses.js';

export interface Totals {
  readonly accepted: number;
  readonly refused: number;
  readonly lastUsedAt: Date | null;
}

/** Where and how a key was used last. */
export interface Trace {
  readonly lastUse: LastUse | null;
  /** The latest networks, the last one first. */
  readonly networks: readonly { readonly network: string; readonly lastUsedAt: Date }[];
}

interface TraceRow {
  readonly key_id: string;
  readonly at: number | null;
  readonly network: string | null;
  readonly agent: string | null;
  readonly carrier: string | null;
  readonly networks: Readonly<Record<string, number>> | null;
}

interface Row {
  readonly key_id: string | null;
  readonly accepted: string;
  readonly refused: string;
  readonly last_used_at: Date | null;
  /** The last batches of this process that the counts hold. */
  readonly written: Written;
}

/** One statement sees the totals and which batches are in them at one and the same instant; one row at least. */
const READ_TOTALS = `
  SELECT t.key_id, t.accepted, t.refused, t.last_used_at, w.written
  FROM (SELECT ${WRITTEN} AS written FROM usage_writers WHERE id = ANY($2)) AS w
  LEFT JOIN usage_totals t ON t.key_id = ANY($1)`;

/** Keys by their last use, that which isn't written yet included; those never used come last, the newest first. */
const IN_ORDER_OF_USE = `
  SELECT string_agg(k.id, E'\\n' ORDER BY greatest(t.last_used_at, to_timestamp(p.used_at / 1000)) DESC NULLS LAST,
    k.created_at DESC) AS ids
  FROM api_keys k LEFT JOIN usage_totals t ON t.key_id = k.id
  LEFT JOIN (SELECT key_id, max(used_at) AS used_at FROM unnest($2::text[], $3::float8[]) AS u (key_id, used_at)
    GROUP BY key_id) AS p ON p.key_id = k.id
  WHERE k.owner_id = $1`;

const READ_TRACES = `
  SELECT key_id, floor(extract(epoch FROM last_used_at) * 1000)::float8 AS at, last_network AS network, last_agent AS agent,
    last_carrier AS carrier, networks
  FROM usage_totals WHERE key_id = ANY($1)`;

/** What keys were used for. Reading writes nothing: what isn't written yet is added. */
@Injectable()
export class UsageService {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly flusher: UsageFlusher,
  ) {}

  /** The ids of a person's keys, the latest used first, one a line: as one text they take little memory, however many. */
  idsInOrderOfUse(ownerId: string): Promise<string> {
    return this.flusher.inTurn(async () => {
      const pending = [...this.flusher.missing({})].filter(({ lastUse }) => lastUse !== null);
      const used = [pending.map(({ keyId }) => keyId), pending.map(({ lastUse }) => lastUse!.at)];
      const [row] = await this.source.query<{ ids: string | null }[]>(IN_ORDER_OF_USE, [ownerId, ...used]);
      return row!.ids ?? '';
    });
  }

  /** By key id; a key that was never asked about is missing. */
  totals(keyIds: readonly string[]): Promise<Map<string, Totals>> {
    return this.flusher.inTurn(async () => {
      const rows = await this.source.query<Row[]>(READ_TOTALS, [keyIds, this.flusher.writers]);
      const totals = new Map(rows.flatMap(shape));
      const wanted = new Set(keyIds);
      const { written } = rows[0]!;
      letGo(rows);
      for (const uses of this.flusher.missing(written))
        if (wanted.has(uses.keyId)) totals.set(uses.keyId, sum(totals.get(uses.keyId), uses));
      return totals;
    });
  }

  /** By key id; a key that was never used is missing. What is pending and perhaps written already is told once all the same. */
  async traces(keyIds: readonly string[]): Promise<Map<string, Trace>> {
    const rows = await this.source.query<TraceRow[]>(READ_TRACES, [keyIds]);
    const found = new Map<string, Found>();
    for (const { key_id: keyId, at, networks, ...how } of rows)
      merge(found, keyId, at === null ? null : { at, ...how }, networksIn(at, how.network, networks));
    const wanted = new Set(keyIds);
    for (const { keyId, lastUse, networks } of this.flusher.missing({}))
      if (wanted.has(keyId)) merge(found, keyId, lastUse, networks);
    return new Map([...found].map(([keyId, trace]) => [keyId, latestOf(trace)]));
  }
}

function networksIn(
  at: number | null,
  network: string | null,
  others: TraceRow['networks'],
): [string, number][] {
  const last: [string, number][] = at === null || network === null ? [] : [[network, at]];
  return [...last, ...Object.entries(others ?? {})];
}

interface Found {
  lastUse: LastUse | null;
  readonly networks: Map<string, number>;
}

function merge(
  found: Map<string, Found>,
  keyId: string,
  lastUse: LastUse | null,
  networks: Iterable<readonly [string, number]>,
): void {
  const trace = found.get(keyId) ?? { lastUse: null, networks: new Map<string, number>() };
  found.set(keyId, trace);
  if (lastUse && lastUse.at >= (trace.lastUse?.at ?? 0)) trace.lastUse = lastUse;
  for (const [network, at] of networks)
    trace.networks.set(network, Math.max(at, trace.networks.get(network) ?? 0));
}

const latestOf = ({ lastUse, networks }: Found): Trace => ({
  lastUse,
  networks: [...networks]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_NETWORKS)
    .map(([network, at]) => ({ network, lastUsedAt: new Date(at) })),
});

const shape = ({ key_id: keyId, accepted, refused, last_used_at: lastUsedAt }: Row): [string, Totals][] =>
  keyId === null ? [] : [[keyId, { accepted: Number(accepted), refused: Number(refused), lastUsedAt }]];

const NONE: Totals = { accepted: 0, refused: 0, lastUsedAt: null };

function sum(totals: Totals = NONE, { counts, lastUse }: KeyUses): Totals {
  const used = Math.max(totals.lastUsedAt?.getTime() ?? 0, lastUse?.at ?? 0);
  return {
    accepted: totals.accepted + acceptedOf(counts),
    refused: totals.refused + refusedOf(counts),
    lastUsedAt: used > 0 ? new Date(used) : null,
  };
}
