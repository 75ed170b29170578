import { IntersectionType } from '@nestjs/swagger';
import type { DisabledBy, KeyFormat, RevokedBy } from '../api-keys/api-key.entity.js';
import type { KeyState } from '../api-keys/key-state.js';
import { LimitsRecord } from './limits.record.js';

/** Roles of the owner against those of the key. */
export class RightsSince {
  /**
   * Roles of the key that its owner doesn't hold any more.
   * @example ["writer"]
   */
  lost: string[];

  /** Roles that the owner has gained since; a key with roles of its own doesn't have them. */
  gained: string[];
}

export class KeyUse {
  /** Verifications that the key passed. */
  accepted: number;

  /** Verifications of this key that were refused. */
  refused: number;

  /** @example 2027-01-31T12:00:00.000Z */
  lastUsedAt: Date | null;
}

export class NamedServiceRecord {
  /** @example maps */
  audience: string;

  /**
   * null: the catalogue doesn't know it.
   * @example Tiles of the office
   */
  title: string | null;
}

/** What it is, and what became of it. */
class KeyLifeRecord {
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

  /** Its form: our own, a UUID, or one imported from the predecessor. */
  format: KeyFormat;

  /** `expired` needs a new end, `disabled` may be switched on again, `revoked` is over. */
  state: KeyState;

  /** Counts the changes; for `If-Match`. */
  version: number;

  createdAt: Date;

  /** It belongs to the service account of a client in Keycloak, not to a person. */
  serviceAccount: boolean;

  /** Since when the owner's rights, which the key carries, are known to be so. */
  rightsReadAt: Date | null;

  /** null: never. */
  expiresAt: Date | null;

  neverExpires: boolean;

  /** false: switched off for the time being. */
  enabled: boolean;

  /**
   * When it will be switched off for lack of use, unless it is used before; null: not planned.
   */
  disablesUnusedAt: Date | null;

  /**
   * Who switched it off; `unused`: it was switched off for lack of use. What an administrator did, its owner can't
   * undo.
   */
  disabledBy: DisabledBy | null;

  revokedAt: Date | null;

  /** `rotation`: another key replaced it at once. */
  revokedBy: RevokedBy | null;

  /** @example laptop was lost */
  revokeReason: string | null;

  /**
   * The key that it replaces.
   * @example key_9sWxYb7RzN4kT9mQ2QxR
   */
  replaces: string | null;

  /** The key that replaces it; both work until this one expires. */
  replacedBy: string | null;

  /** When it was first used after it was replaced and no longer valid: somebody still has the old one. */
  usedAfterEndAt: Date | null;
}

/** What stands beside its limits. */
class KeyRightsRecord {
  /** The audiences with their titles; null: all. */
  services: NamedServiceRecord[] | null;

  /** Free JSON that services get with each verification. */
  config: Record<string, unknown>;

  /** How the owner's roles have changed since the key was made. */
  rights: RightsSince;

  usage: KeyUse;
}

/** What may be shown of a key: everything but the key. */
export class KeyRecord extends IntersectionType(KeyLifeRecord, LimitsRecord, KeyRightsRecord) {}

/** How many keys are in each state. */
export class KeyCountsRecord implements Record<KeyState, number> {
  live: number;
  disabled: number;
  expired: number;
  revoked: number;
}

export class RevokedKeysRecord {
  /** How many keys this revoked. */
  revoked: number;
}
