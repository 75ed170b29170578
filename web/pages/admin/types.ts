import type {
  AuditLineDto,
  AuditListDto,
  OwnedKeyListDto,
  OwnerDetailDto,
  OwnerListDto,
  OwnerRowDto,
  PolicyListDto,
  StatsDto,
} from '../../../src/admin/admin.dto.js';
import type { PassDto, SyncActionDto, SyncDto } from '../../../src/admin/sync.dto.js';
import type { OwnedKeyRecord } from '../../../src/inventory/owned-key.record.js';
import type { Json } from '../../api/types.js';

export type AuditLine = Json<AuditLineDto>;
export type AuditList = Json<AuditListDto>;
export type OwnedKey = Json<OwnedKeyRecord>;
export type OwnedKeyList = Json<OwnedKeyListDto>;
export type Person = Json<OwnerDetailDto>;
export type PersonRow = Json<OwnerRowDto>;
export type PersonList = Json<OwnerListDto>;
export type Stats = Json<StatsDto>;
export type PolicyList = Json<PolicyListDto>;
export type Sync = Json<SyncDto>;
export type SyncAction = SyncActionDto['action'];
export type Pass = Json<PassDto>;
