/** What holds here for the keys that you make, so that it can be said before it refuses. */
export class OwnPolicyDto {
  /**
   * Hours that a key lives whose maker asks for nothing else.
   * @example 360
   */
  defaultTtlHours: number;

  /**
   * The longest life in hours; null: any.
   * @example 8760
   */
  maxTtlHours: number | null;

  /** Whether you may make keys without an end. */
  mayNeverExpire: boolean;

  /**
   * How many live keys you may have; null: any number.
   * @example 1000
   */
  maxKeys: number | null;

  /** false: a key in a query or path is refused, whatever the key says. */
  keysInUrl: boolean;

  /** Keys can be made for the services of the catalogue alone. */
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
   * Where this server is for browsers and callers.
   * @example https://keys.example.org
   */
  publicUrl: string;

  /**
   * Where you ask from; null: a proxy stands between that doesn't say.
   * @example 203.0.113.7
   */
  clientIp: string | null;
}
