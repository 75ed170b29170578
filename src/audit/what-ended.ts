import type { AuditAction } from './audit-action.js';

/** What became of a key by the end of a trail, as far as it was for the worse. */
export interface Fate {
  readonly end: 'revoked' | 'disabled' | undefined;
  readonly reason: string | null;
  /** Fields that were changed in the lines after `since`, by their names in the API. */
  readonly changed: readonly string[];
}

export interface Ended {
  readonly keys: ReadonlyMap<string, Fate>;
  readonly erasedOwners: readonly string[];
}

interface Line {
  readonly number: number;
  readonly at: string;
  readonly action: AuditAction;
  readonly ownerId: string | null;
  readonly keyId: string | null;
  readonly details: {
    readonly reason?: string;
    readonly overlapHours?: number;
    readonly changed?: object;
  };
}

const HOUR_MS = 3_600_000;
const UNTOUCHED: Fate = { end: undefined, reason: null, changed: [] };

/**
 * Reads out of an export that was checked what a database restored from an earlier day doesn't know.
 * @param since the number of the last line that the database has @param now milliseconds since 1970
 */
export async function whatEnded(lines: AsyncIterable<string>, since: number, now: number): Promise<Ended> {
  const [keys, erasedOwners] = [new Map<string, Fate>(), [] as string[]];
  for await (const text of lines) {
    const { content } = JSON.parse(text) as { content?: string };
    // The last line is the seal.
    if (content === undefined) continue;
    const line = JSON.parse(content) as Line;
    if (line.action === 'owner.erased') erasedOwners.push(line.ownerId!);
    if (line.keyId === null) continue;
    const before = keys.get(line.keyId) ?? UNTOUCHED;
    const after = { ...before, ...endBy(line, now), changed: [...before.changed, ...changesOf(line, since)] };
    if (after.end ?? after.changed[0]) keys.set(line.keyId, after);
    else keys.delete(line.keyId);
  }
  return { keys, erasedOwners };
}

function endBy({ action, at, details }: Line, now: number): Partial<Fate> {
  const { reason = null } = details;
  switch (action) {
    case 'key.revoked':
      return { end: 'revoked', reason };
    case 'key.replaced':
      return overlaps(at, details, now) ? {} : { end: 'revoked', reason: 'replaced' };
    case 'key.disabled':
      return { end: 'disabled', reason };
    case 'key.enabled':
    case 'key.renewed':
      return { end: undefined, reason: null };
    default:
      return {};
  }
}

/** Whether a key that was replaced then is still good beside the new one. */
const overlaps = (at: string, { overlapHours = 0 }: Line['details'], now: number): boolean =>
  Date.parse(at) + overlapHours * HOUR_MS > now;

const changesOf = ({ number, action, details }: Line, since: number): string[] =>
  number > since && action === 'key.changed' ? Object.keys(details.changed ?? {}) : [];
