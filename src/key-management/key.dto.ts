import type { KeyState } from '../api-keys/key-state.js';
import { KeyRecord } from '../inventory/key.record.js';

export class CreatedKeyDto extends KeyRecord {
  /**
   * The key itself: this is the only time that it is shown.
   * @example akm_…
   */
  key: string;
}

export class KeyCountsDto implements Record<KeyState, number> {
  live: number;
  disabled: number;
  expired: number;
  revoked: number;
}

export class RevokedKeysDto {
  /** How many were ended by this. */
  revoked: number;
}

export class KeyListDto {
  items: KeyRecord[];

  /** For `?cursor`; null: this was the last page. */
  nextCursor: string | null;

  /** How many keys you have in each state, whatever is asked for; in the first page alone. */
  counts?: KeyCountsDto;

  /** How many of your live keys end within 14 days; in the first page alone. */
  endingSoon?: number;

  /** How many keys match what is asked for, on all pages; in the first page alone. */
  matching?: number;
}
