import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { Erasure } from '../api-keys/erasure.js';
import { KeyChanges } from '../api-keys/key-changes.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { KeyList } from '../inventory/key-list.js';
import { KeyRecords } from '../inventory/key-records.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';

type Class<T> = new (...args: never[]) => T;

/** What the command asks and has done: the rules are theirs. */
export interface Parts {
  readonly keys: ApiKeysService;
  readonly changes: KeyChanges;
  readonly erasure: Erasure;
  readonly lists: KeyList;
  readonly records: KeyRecords;
  readonly owners: OwnersService;
  readonly trail: AuditTrail;
  readonly clock: Clock;
}

export const partsOf = (application: { get<T>(type: Class<T>): T }): Parts => ({
  keys: application.get(ApiKeysService),
  changes: application.get(KeyChanges),
  erasure: application.get(Erasure),
  lists: application.get(KeyList),
  records: application.get(KeyRecords),
  owners: application.get(OwnersService),
  trail: application.get(AuditTrail),
  clock: application.get(Clock),
});
