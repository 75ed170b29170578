import type { ImportReport } from './import-keys.js';
import type { ImportPlan, ListedKey, RefusedKey } from './plan-import.js';

/** What the source holds, in lines for an operator: printed before anything is done. */
export function describePlan(place: string, rows: number, plan: ImportPlan): string[] {
  const { live, revoked, expired, ownerDisabled } = plan.states;
  return [
    `Source ${place}: ${count(rows, 'row')} in api_tokens.`,
    `  ${count(plan.keys.length, 'key')} of ${count(plan.owners.length, 'owner')} can be brought over:`,
    `    ${live} live, ${revoked} revoked, ${expired} expired, ${ownerDisabled} of disabled owners`,
    ...listed('can not be taken', plan.refused.map(marked)),
    ...listed('will be changed', plan.changes),
  ];
}

export function describeReport(report: ImportReport): string[] {
  const begin = report.dryRun ? 'Dry run, nothing was kept. The import would have been' : 'Done';
  return [
    `${begin}: ${count(report.keysImported, 'key')} and ${count(report.ownersCreated, 'owner')} brought over.`,
    `  ${count(report.keysAlreadyThere, 'key')} and ${count(report.ownersAlreadyThere, 'owner')} were there already.`,
    ...listed('changed in the old program since, and followed here', report.followed),
    ...behind(report),
    ...listed(
      report.keysBehind ? OTHERWISE_IN_OLDER : 'changed in the old program and here, and left as it is here',
      report.conflicts,
    ),
    `  ${count(report.usesAdded, 'key')} used through the old program since; its counts were added.`,
    `  ${count(report.refused.length, 'row')} not taken, ${liveLeft(report)} of them live in the old program.`,
  ];
}

const OTHERWISE_IN_OLDER = 'different in the older copy, or changed here, and left as it is here';

/** What was ended since would be good again. */
function behind({ keysBehind }: ImportReport): string[] {
  if (!keysBehind) return [];
  return [
    `  The source is older than the one imported before: it has counted fewer uses of ${count(keysBehind, 'key')}.`,
    '  Its other differences are not taken over. Import a newer copy.',
  ];
}

/** Rows that somebody has to look at before the old program goes. */
export const liveLeft = ({ refused }: Pick<ImportPlan, 'refused'>): number =>
  refused.filter(({ isLive }) => isLive).length;

/** A database whose sessions were not in UTC holds local times, and nothing in the rows tells. */
export function timezoneHint(serverTimezone: string | undefined, given: boolean): string[] {
  if (given || serverTimezone === undefined || /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu)$/i.test(serverTimezone))
    return [];
  return [
    `Note: the server's time zone is ${serverTimezone}, and dates are read as UTC. If the old program's sessions had that time zone, use --source-timezone ${serverTimezone}.`,
  ];
}

const marked = ({ row, reason, isLive }: RefusedKey): ListedKey => ({
  row,
  reason: isLive ? `${reason} (live in the old program)` : reason,
});

function listed(what: string, rows: readonly ListedKey[]): string[] {
  if (!rows.length) return [];
  return [
    `  ${count(rows.length, 'row')} ${what}:`,
    ...rows.map(({ row, reason }) => `    ${row}: ${reason}`),
  ];
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
