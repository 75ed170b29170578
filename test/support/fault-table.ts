import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/** `npm run faults` breaks things as often as the promises have to be kept; elsewhere a few times do. */
export const IS_LONG = process.env.FAULTS === 'long';
/** Beside other tests everything takes longer; what is printed is what was measured. */
const PATIENCE = IS_LONG ? 1 : 4;

/** One figure and what is promised of it. */
export interface Figure {
  readonly of: string;
  readonly measured: number;
  readonly unit: '%' | 'ms' | '';
  readonly bound: { readonly least: number } | { readonly most: number };
}

export interface Fault {
  readonly fault: string;
  readonly times: number;
  /** What callers see of it, in words. */
  readonly callers: string;
}

export const atMost = (of: string, measured: number, most: number, unit: Figure['unit'] = ''): Figure => ({
  of,
  measured,
  unit,
  bound: { most },
});
export const atLeast = (of: string, measured: number, least: number, unit: Figure['unit'] = ''): Figure => ({
  of,
  measured,
  unit,
  bound: { least },
});

/** A row of the table that `npm run faults` ends with. @throws AssertionError when a promise is not kept */
export function tell(fault: Fault, figures: readonly Figure[]): void {
  const measured = figures.map(textOf).join('; ');
  const isHeld = figures.every((figure) => keeps(figure, 1));
  console.log(`${fault.fault}, ${fault.times} times: ${measured}: ${isHeld ? 'held' : 'NOT HELD'}`);
  const file = process.env.FAULTS_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify({ ...fault, measured, isHeld })}\n`);
  const broken = figures.filter((figure) => !keeps(figure, figure.unit === 'ms' ? PATIENCE : 1));
  expect(broken.map(textOf)).toEqual([]);
}

function keeps({ measured, bound }: Figure, patience: number): boolean {
  return 'most' in bound ? measured <= bound.most * patience : measured >= bound.least;
}

function textOf({ of, measured, unit, bound }: Figure): string {
  const shown = (value: number) => `${Math.floor(value * 100) / 100}${unit && ` ${unit}`}`;
  const promised = 'most' in bound ? `≤ ${shown(bound.most)}` : `≥ ${shown(bound.least)}`;
  return `${of} ${shown(measured)} (${promised})`;
}
