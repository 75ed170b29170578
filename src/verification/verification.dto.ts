import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIP, IsString, MaxLength, ValidateIf } from 'class-validator';
import { REQUIREMENTS_PATTERN } from './requirements.js';

/** Null is refused: what reads it as absent and what doesn't would not see the same question. */
const IfGiven = () => ValidateIf((_, value) => value !== undefined);

/** The first stands in the documentation, to be sent with a key of yours. */
export const VERIFY_EXAMPLES = {
  'a key': { value: { key: 'akm_…' } },
  'a key, for something': { value: { key: 'akm_…', audience: 'maps', require: 'role:reader' } },
};

export class VerifyDto {
  /**
   * The presented key.
   * @example akm_…
   */
  @IsString()
  @MaxLength(4096)
  key: string;

  /**
   * The application that asks.
   * @example maps
   */
  @IfGiven()
  @IsString()
  @MaxLength(256)
  audience?: string;

  /**
   * Everything that the key must have.
   * @example role:reader,group:/org
   */
  @ApiPropertyOptional({ pattern: REQUIREMENTS_PATTERN })
  @IfGiven()
  @IsString()
  @MaxLength(4096)
  require?: string;

  /**
   * The address that the key came from; a key with allowedIps is refused without it.
   * @example 10.1.2.3
   */
  @ApiPropertyOptional({ oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })
  @IfGiven()
  @IsIP()
  clientIp?: string;

  /**
   * Origin or Referer of the request that brought the key; a key with allowedReferers is refused without it.
   * @example https://maps.example.org/
   */
  @IfGiven()
  @IsString()
  @MaxLength(4096)
  referer?: string;
}

export class KeyOwnerDto {
  id: string;

  /** @example alice */
  login: string | null;
}

/** The decision. For a key that is not valid, only the code is given. */
export class VerdictDto {
  valid: boolean;

  /**
   * VALID, or the first rule that refused it.
   * @example VALID
   */
  code: string;

  keyId?: string;

  name?: string | null;

  owner?: KeyOwnerDto;

  /** The owner's roles now, as far as the key keeps them. */
  roles?: string[];

  groups?: string[];

  scopes?: string[];

  audiences?: string[];

  /** The key's own, overlaid by the owner's attributes of APIKM_OAUTH2_ATTRIBUTES. */
  config?: Record<string, unknown>;

  expiresAt?: Date | null;

  rightsReadAt?: Date | null;
}

export class CheckedKeyDto {
  user_id: string;

  /** @example alice */
  user_login: string | null;

  /** @example ["reader","writer"] */
  iam_roles: string[];

  config: Record<string, unknown>;
}
