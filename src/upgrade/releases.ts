/** A version, and how far back it gets on with others. */
export interface Release {
  readonly version: string;
  /** The timestamp of its last migration. */
  readonly schema: number;
  /** The eldest version whose replicas may run beside its own, on the schema that it makes. */
  readonly beside: string;
}

/** Eldest first; the last one is the version that this is. What an operator has to do for each stands in BREAKING.md. */
export const RELEASES: readonly Release[] = [
  { version: '1.0.0', schema: 1_764_610_000_000, beside: '1.0.0' },
];
