/** The rules for the keys that you make, so that they can be shown before they refuse. */
export class OwnPolicyDto {
  /**
   * Default lifetime of a key, in hours.
   * @example 360
   */
  defaultTtlHours: number;

  /**
   * Longest lifetime of a key, in hours; null: no limit.
   * @example 8760
   */
  maxTtlHours: number | null;

  /** Whether you may make keys that never expire. */
  mayNeverExpire: boolean;

  /**
   * How many live keys you may have; null: no limit.
   * @example 1000
   */
  maxKeys: number | null;

  /** false: a key in a query or path is refused, whatever the key says. */
  keysInUrl: boolean;

  /** true: a key that names services may name only those of the catalogue. */
  servicesOnly: boolean;

  /**
   * What a new key begins with.
   * @example akm
   */
  keyPrefix: string;

  /**
   * The header to send a key in.
   * @example x-api-key
   */
  keyHeader: string;

  /**
   * The parameter to send a key in.
   * @example api-key
   */
  keyQuery: string;

  /**
   * The address of this server for browsers and callers.
   * @example https://keys.example.org
   */
  publicUrl: string;

  /**
   * Your address; null: a proxy in between doesn't pass it on.
   * @example 203.0.113.7
   */
  clientIp: string | null;
}
