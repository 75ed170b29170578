/** A key as the predecessor lists it; what is null is left out. Dates are UTC without offset. */
export class LegacyKeyDto {
  /** SHA-256 of the key, in hexadecimal digits. */
  api_key: string;

  name?: string;

  user_login?: string;

  user_active: boolean;

  /** Not revoked; an expired key stays true. */
  is_active: boolean;

  never_expire: boolean;

  /** @example 2026-12-08T23:09:30.709351 */
  expiration_date: string;

  /** @example 2026-11-24T10:00:00 */
  latest_query_date?: string;

  total_queries: number;

  latest_sync_date?: string;

  /** @example ["reader","writer"] */
  iam_roles: string[];

  config: Record<string, unknown>;

  allowed_referers?: string[];
}
