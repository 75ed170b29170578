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

  /** How many keys you have in each state, regardless of filters; only on the first page. */
  counts?: KeyCountsRecord;

  /** How many of your live keys expire within 14 days; only on the first page. */
  endingSoon?: number;

  /** How many keys match the filters, on all pages; only on the first page. */
  matching?: number;
}
