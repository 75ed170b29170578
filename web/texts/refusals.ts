import type { DecidedCode } from '../../src/verification/outcome.js';
import { entryOf } from './parts.js';

/** What a key is looked at for, one after another. */
export type RuleCode = DecidedCode | 'RATE_LIMITED';

/** A refusal of a key, and what to do about it. */
export interface Refused {
  /** What happened, in a few words. */
  readonly title: string;
  /** The same as a sentence of now. */
  readonly text: (service: string | null, requirement: string | null) => string;
  /** What to do about it, wherever it is read. */
  readonly remedy: string;
}

/** REFUSED: for a reason that was not kept. */
export type Refusals = Readonly<Record<RuleCode | 'REFUSED', Refused>>;

/** @param code of a newer server it may be one that has no words yet */
export const refusalOf = (code: string, refusals: Refusals): Refused =>
  entryOf(refusals, code) ?? { ...refusals.REFUSED, title: code, remedy: '' };
