import type { Actor, Changes } from '../changes/changes.js';
import { importKeys } from './import-keys.js';
import type { ImportOptions, ImportReport } from './import-keys.js';
import { planImport } from './plan-import.js';
import type { PredecessorData } from './predecessor-source.js';
import { describePlan, describeReport, timezoneHint } from './report.js';

export interface SaidImport {
  readonly source: PredecessorData;
  readonly options: ImportOptions;
  /** false: `sourceTimezone` is a guess. */
  readonly timezoneGiven: boolean;
  /** Takes lines for an operator, as they come. */
  readonly say: (lines: readonly string[]) => void;
}

/** What the source holds: to be said before anything is done. */
export function sayPlan({ source, options, timezoneGiven, say }: SaidImport, now: Date): void {
  say(describePlan(source.place, source.rows.length, planImport(source.rows, options, now)));
  say(timezoneHint(source.serverTimezone, timezoneGiven));
}

/** The import and what came of it, the same from the command line and at a start. */
export async function sayImport(
  changes: Changes,
  { source, options, say }: SaidImport,
  now: Date,
  by: Actor,
): Promise<ImportReport> {
  const report = await importKeys(changes, source.rows, options, now, by);
  say(describeReport(report));
  return report;
}
