import type { MeDto } from '../../src/auth/me.dto.js';
import type { KeyRecord as KeyRecordDto } from '../../src/inventory/key.record.js';
import type { OwnPolicyDto } from '../../src/key-management/own-policy.dto.js';
import type { CreatedKeyDto, KeyListDto } from '../../src/key-management/key.dto.js';
import type { CreateKeyDto } from '../../src/key-management/keys.dto.js';
import type { ServiceDto } from '../../src/key-management/service.dto.js';
import type { RefusalRecord } from '../../src/usage/refusal.record.js';

/** What the server's records are after the way through JSON: an instant is a text in ISO 8601. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Name in keyof T]: Json<T[Name]> }
      : T;

export type Me = Json<MeDto>;
export type KeyRecord = Json<KeyRecordDto>;
export type KeyList = Json<KeyListDto>;
export type CreatedKey = Json<CreatedKeyDto>;
export type WantedKey = Json<CreateKeyDto>;
export type Service = Json<ServiceDto>;
export type Refusal = Json<RefusalRecord>;
export type OwnPolicy = Json<OwnPolicyDto>;
