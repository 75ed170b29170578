import type { Actor } from '../auth/current-user.js';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import { KeyCountsRecord } from '../inventory/key.record.js';
import { OwnedKeyRecord, OwnerDto } from '../inventory/owned-key.record.js';
import { PLAIN } from '../platform/plain-text.js';
import { PointRecord, SeriesRecord, UsedNetworkRecord } from '../usage/usage.record.js';

export class AdminReasonDto {
  /**
   * Shown to the owner of the key and kept in the audit; at most 255 characters.
   * @example found in a public repository
   */
  @ValidateIf((_, reason) => reason !== undefined)
  @IsString()
  @Length(1, 255)
  @Matches(PLAIN, { message: 'reason must hold no control or direction characters' })
  reason?: string;
}

export class OwnedKeyListDto {
  items: OwnedKeyRecord[];

  /** Pass it as `?cursor` for the next page; null: this was the last page. */
  nextCursor: string | null;
}

export class OwnerRowDto extends OwnerDto {
  roles: string[];

  rightsReadAt: Date | null;

  liveKeys: number;
}

export class OwnerListDto {
  items: OwnerRowDto[];

  /** Pass it as `?cursor` for the next page; null: this was the last page. */
  nextCursor: string | null;
}

export class UsedKeyDto {
  /** @example key_4kT9mQ2sWxYb7RzN */
  id: string;

  name: string | null;

  /** null: for all applications. */
  audiences: string[] | null;

  /** Verifications that it passed in the last 30 days. */
  accepted: number;

  lastUsedAt: Date | null;
}

/** What would stop if this person left. */
export class LeavingDto {
  liveKeys: number;

  /** The applications that keys used in the last 30 days are restricted to, or were verified for. */
  services: { audience: string; title: string | null }[];

  /** Whether one of these keys is for all applications. */
  anyService: boolean;

  /** The networks that these keys were used from, cut to /24 or /48, latest first; at most 100. */
  networks: UsedNetworkRecord[];

  /** Uses per day over the last 30 days. */
  usesPerDay: number;

  /** Those used in the last 30 days, most used first; at most 100. */
  keys: UsedKeyDto[];
}

export class OwnerDetailDto extends OwnerRowDto {
  groups: string[];

  createdAt: Date;

  counts: KeyCountsRecord;

  leaving: LeavingDto;
}

export class AuditLineDto {
  /** From 1, without gaps. */
  number: number;

  at: Date;

  /** @example key.revoked */
  action: string;

  actorId: string | null;

  /** What that person was called then; null once the person was erased. */
  login: string | null;

  /**
   * How the actor was authenticated: by a session or a token, as an administrator; `operator`: by a command;
   * `program`: no person acted.
   */
  via: Actor['via'] | null;

  /** @example 203.0.113.0/24 */
  network: string | null;

  /** @example Firefox */
  agent: string | null;

  ownerId: string | null;

  /** What the owner is called now; null once the person was erased. */
  ownerLogin: string | null;

  keyId: string | null;

  /**
   * What the key is called now.
   * @example my laptop
   */
  keyName: string | null;

  /**
   * Details of the action; `changed`: each field with its old and new value.
   * @example {"changed":{"name":{"from":"old","to":"new"}}}
   */
  details: object;

  /** Of this line and of the one before, in hexadecimal digits. */
  hash: string;
}

export class AuditListDto {
  items: AuditLineDto[];

  /** Pass it as `?cursor` for the next page; null: this was the last page. */
  nextCursor: string | null;

  /** How many lines there are in total; `npm run audit:verify` checks them. Only on the first page. */
  rows?: number;
}

/** Keys and people now, and verifications over time. */
export class StatsDto extends SeriesRecord {
  keys: KeyCountsRecord;

  owners: { all: number; enabled: number };

  /** By hour or day, including those without any. */
  usage: PointRecord[];
}

export class PolicyDto {
  /** @example Longest lifetime of a key, in hours */
  policy: string;

  /** null: none. */
  @ApiProperty({
    nullable: true,
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'array', items: { type: 'string' } },
    ],
  })
  value: unknown;

  /** @example APIKM_MAX_APIKEY_TTL_HOUR */
  setting: string;
}

export class PolicyListDto {
  items: PolicyDto[];
}
