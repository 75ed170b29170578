import type { KeyCountsRecord } from '../inventory/key.record.js';
import { KeyRecord } from '../inventory/key.record.js';

export class CreatedKeyDto extends KeyRecord {
  /**
   * The key itself: this is the only time that it is shown.
   * @example akm_…
   */
  key: string;
}

export class KeyListDto {
  items: KeyRecord[];

  /** Pass it as `?cursor` for the next page; null: this was the last page. */
  nextCursor: string | null;

  /** How many keys you have in each state, whatever is asked for; in the first page alone. */
  counts?: KeyCountsRecord;

  /** How many of your live keys end within 14 days; in the first page alone. */
  endingSoon?: number;

  /** How many keys match what is asked for, on all pages; in the first page alone. */
  matching?: number;
}
