/** How long a key is good: what both programs may have changed. Instants are ISO 8601 texts in UTC with six digits. */
export interface Life {
  readonly expiresAt: string;
  readonly neverExpires: boolean;
  readonly revoked: boolean;
}

/** A key of ours that the source has as well. */
export interface KnownKey extends Life {
  /** Neither switched off here, nor ended by anybody but its owner. */
  readonly asImported: boolean;
  /** What the source had when it was last looked at; null: not known. */
  readonly seen: Life | null;
}

/** `follow`: only the old program changed it. `conflict`: both did, or nobody knows. `keep`: there is nothing to be done. */
export type Following = 'keep' | 'follow' | 'conflict';

/**
 * Pure: what becomes of a key of ours now that the source has it as `source`.
 * @param isOlder the source is a copy of before the one that was looked at last: what it has is over
 */
export function followSource(ours: KnownKey, source: Life, isOlder = false): Following {
  if (isSame(ours, source)) return 'keep';
  if (!ours.seen) return 'conflict';
  if (isSame(ours.seen, source)) return 'keep';
  if (isOlder) return 'conflict';
  return ours.asImported && isSame(ours, ours.seen) ? 'follow' : 'conflict';
}

const isSame = (one: Life, other: Life): boolean =>
  one.expiresAt === other.expiresAt &&
  one.neverExpires === other.neverExpires &&
  one.revoked === other.revoked;

/** What the old program did, in words. */
export function describeStep(before: Life, after: Life): string {
  const steps: string[] = [];
  if (before.revoked !== after.revoked) steps.push(after.revoked ? 'revoked' : 'reactivated');
  if (endOf(before) !== endOf(after)) steps.push(`renewed: ${endOf(after)}, before: ${endOf(before)}`);
  return steps.join(', ') || 'renewed, still without an end';
}

export const describeConflict = (ours: KnownKey, source: Life): string =>
  `here ${describeLife(ours)}; in the old program ${describeLife(source)}`;

const describeLife = (life: Life): string => `${life.revoked ? 'revoked' : 'not revoked'}, ${endOf(life)}`;

const endOf = ({ neverExpires, expiresAt }: Life): string =>
  neverExpires ? 'without an end' : `ends ${expiresAt.replace(/(?:\.0+)?Z$/, ' UTC').replace('T', ' ')}`;
