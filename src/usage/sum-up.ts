import { ACCEPTED } from './usage-recorder.js';
import type { Window } from './usage.query.js';
import type { Counted, Series } from './usage-series.js';
import type {
  AudienceCountsRecord,
  CodeCountRecord,
  CountsRecord,
  PlainPointRecord,
  PointRecord,
  SeriesRecord,
  WindowRecord,
} from './usage.record.js';

type TitleOf = (audience: string) => string | null;

/** Everything but the points. @param titleOf what the catalogue calls an application */
export const sumUp = (series: Series, window: Window, titleOf: TitleOf): SeriesRecord => ({
  ...seen(series, window),
  totals: totalsOf(series.counted),
  byAudience: byAudience(series.counted, titleOf),
  byCode: byCode(series.counted),
});

/** The window as it was looked at, from the beginning of its first hour or day. */
export const seen = ({ beginnings }: Series, { from, to, step, timeZone }: Window): WindowRecord => ({
  ...{ from: new Date(beginnings[0] ?? from), to, step, timeZone },
});

/** With a point for each hour or day, also where nothing was counted. */
export function pointsOf({ beginnings, counted }: Series): PointRecord[] {
  const points = new Map(beginnings.map((at) => [at, { at: new Date(at), ...NONE, refusedBy: {} }]));
  for (const one of counted) {
    const point: PointRecord | undefined = points.get(one.at);
    if (!point) continue;
    add(point, one);
    if (one.code !== ACCEPTED) point.refusedBy[one.code] = (point.refusedBy[one.code] ?? 0) + one.count;
  }
  return [...points.values()];
}

/** The same without the reasons. */
export const plainPointsOf = (series: Series): PlainPointRecord[] =>
  pointsOf(series).map(({ refusedBy: _, ...point }) => point);

export function totalsOf(counted: readonly Counted[]): CountsRecord {
  const totals = { ...NONE };
  for (const one of counted) add(totals, one);
  return totals;
}

function byAudience(counted: readonly Counted[], titleOf: TitleOf): AudienceCountsRecord[] {
  const found = new Map<string, AudienceCountsRecord>();
  for (const one of counted) {
    const audience = one.audience || null;
    const counts = found.get(one.audience) ?? { audience, title: audience && titleOf(audience), ...NONE };
    add(counts, one);
    found.set(one.audience, counts);
  }
  return [...found.values()].sort((a, b) => b.accepted + b.refused - a.accepted - a.refused);
}

function byCode(counted: readonly Counted[]): CodeCountRecord[] {
  const found = new Map<string, number>();
  for (const { code, count } of counted)
    if (code !== ACCEPTED) found.set(code, (found.get(code) ?? 0) + count);
  return [...found].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

const NONE: Readonly<CountsRecord> = { accepted: 0, refused: 0 };

function add(counts: CountsRecord, { code, count }: Counted): void {
  counts[code === ACCEPTED ? 'accepted' : 'refused'] += count;
}
