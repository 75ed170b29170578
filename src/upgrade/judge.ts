import { RELEASES } from './releases.js';
import type { Release } from './releases.js';

/** The Python program that this one succeeds. */
export const PREDECESSOR = 'predecessor';

export interface Verdict {
  readonly isRolling: boolean;
  /** Sentences for an operator, each with what to do. */
  readonly sentences: readonly string[];
}

/** Neither a version of ours nor the predecessor. */
export class UnknownVersion extends Error {}

/**
 * Whether replicas of an earlier version may be replaced by this one's one after another.
 * @param from a version such as 1.0.0, or `predecessor`
 * @throws UnknownVersion
 */
export function judgeUpgrade(from: string, releases: readonly Release[] = RELEASES): Verdict {
  const own = releases.at(-1)!;
  if (from === PREDECESSOR) return MOVE;
  const before = releases.find(({ version }) => version === from.replace(/^v/, ''));
  if (!before) throw new UnknownVersion(unknown(from, releases));
  if (before === own) return rolling([`${from} is this version: there is nothing to upgrade.`]);
  const title = `From ${before.version} to ${own.version}`;
  const schema =
    before.schema === own.schema
      ? 'The schema stays as it is.'
      : 'The first replica that starts brings the schema up to date; older replicas keep working on it.';
  if (isFrom(own.beside, before, releases))
    return rolling([`${title}: replace the replicas one after another.`, schema]);
  return {
    isRolling: false,
    sentences: [
      `${title}: stop all replicas, then start the new ones. Replicas older than ${own.beside} can't run beside them.`,
      `Without an interruption: go to ${own.beside} first.`,
    ],
  };
}

const MOVE: Verdict = {
  isRolling: false,
  sentences: [
    "The predecessor's keys are imported, and it can keep running beside this version meanwhile: docs/moving-over.md says how.",
  ],
};

const rolling = (sentences: readonly string[]): Verdict => ({ isRolling: true, sentences });

/** Whether this release is the one of that version, or a later one. */
const isFrom = (version: string, release: Release, releases: readonly Release[]): boolean =>
  releases.indexOf(release) >= releases.findIndex((other) => other.version === version);

function unknown(from: string, releases: readonly Release[]): string {
  const known = releases.map(({ version }) => version).join(', ');
  return `${from} is not a version that this one knows. Known are ${known}, and \`${PREDECESSOR}\` for the program before this one. For a later version, run the check of that version.`;
}
