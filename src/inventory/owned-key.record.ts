import type { Owner } from '../owners/owner.entity.js';
import { KeyRecord } from './key.record.js';

export class OwnerDto {
  id: string;

  /** null: never known, or erased. */
  login: string | null;

  name: string | null;

  /** In the identity provider, as it was read last. */
  enabled: boolean;
}

/** A key for whoever sees the keys of all people. */
export class OwnedKeyRecord extends KeyRecord {
  owner: OwnerDto;
}

export const shownOwner = ({ id, login, name, enabled }: Owner): OwnerDto => ({ id, login, name, enabled });
