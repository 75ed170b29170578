import type { Refusal } from './refusal-log.js';

export class RefusalRecord {
  /** The last of them. */
  at: Date;

  /** @example AUDIENCE_NOT_ALLOWED */
  code: string;

  /** @example maps */
  audience: string | null;

  /**
   * Where the request came from, cut to /24 or /48; null: nobody said.
   * @example 203.0.113.0/24
   */
  network: string | null;

  /**
   * The family of the user agent that it named.
   * @example GDAL
   */
  agent: string | null;

  /** @example role:writer */
  requirement: string | null;

  /** How many identical ones came in the same second. */
  count: number;
}

export class RefusalListRecord {
  items: RefusalRecord[];
}

export const refusalsOf = (latest: readonly Refusal[]): RefusalListRecord => ({
  items: latest.map(({ keyId: _, at, ...refusal }) => ({ at: new Date(at), ...refusal })),
});
