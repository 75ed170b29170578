import type { KeyFormat, RevokedBy } from '../api-keys/api-key.entity.js';
import type { Limits } from '../api-keys/limits.js';

export class KeyUsageDto {
  /** Verifications that the key passed. */
  accepted: number;

  /** Verifications of this key that were refused. */
  refused: number;

  /** @example 2027-01-31T12:00:00.000Z */
  lastUsedAt: Date | null;
}

/** What may be shown of a key: everything but the key. */
export class KeyDto implements Limits {
  /** @example key_4kT9mQ2sWxYb7RzN */
  id: string;

  /** @example my laptop */
  name: string | null;

  /** @example tiles for the office map */
  description: string;

  /**
   * The first four random characters, to tell keys apart.
   * @example HAo9
   */
  hint: string | null;

  /** How it looks: our own form, a UUID, or one brought over from the predecessor. */
  format: KeyFormat;

  createdAt: Date;

  /** Since when the owner's rights, which the key carries, are known to be so. */
  rightsReadAt: Date | null;

  /** null: never. */
  expiresAt: Date | null;

  neverExpires: boolean;

  /** false: switched off for the time being. */
  enabled: boolean;

  revokedAt: Date | null;

  revokedBy: RevokedBy | null;

  /** Roles that the key keeps of its owner's; null: all. */
  roles: string[] | null;

  /** Applications that it is for; null: all. */
  audiences: string[] | null;

  scopes: string[] | null;

  allowedIps: string[] | null;

  allowedReferers: string[] | null;

  /** When allowedReferers are looked at: always, only for requests that bring an Origin or Referer, or never. */
  refererPolicy: 'always' | 'browser' | 'never';

  /** HTTP methods that it may be used with; null: any. */
  allowedMethods: string[] | null;

  allowKeyInUrl: boolean;

  /** @example 100/minute */
  rateLimit: string | null;

  /** Free JSON that services get with each verification. */
  config: Record<string, unknown>;

  usage: KeyUsageDto;
}

export class CreatedKeyDto extends KeyDto {
  /**
   * The key itself: this is the only time that it is shown.
   * @example akm_…
   */
  key: string;
}

export class KeyListDto {
  items: KeyDto[];

  /** For `?cursor`; null: this was the last page. */
  nextCursor: string | null;
}
