import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import {
  IsBoolean,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { LimitsDto } from '../inventory/limits.record.js';
import { IsInstant } from '../platform/is-instant.js';
import { PLAIN } from '../platform/plain-text.js';

/** null is refused: there is nothing that it could take away. */
const IfGiven = () => ValidateIf((_, value) => value !== undefined);

/** The first of each stands in the documentation, ready to be sent. */
export const CREATE_EXAMPLES = {
  'a key for a day': { value: { name: 'my laptop', ttlHours: 24 } },
  'for one application, from one network': {
    value: { name: 'nightly download', ttlHours: 720, audiences: ['maps'], allowedIps: ['10.0.0.0/8'] },
  },
  'a key that can do little': {
    value: {
      name: 'tiles for the office map',
      ttlHours: 720,
      audiences: ['maps'],
      allowedReferers: ['*.example.org'],
      allowedMethods: ['GET'],
      rateLimit: '100/minute',
    },
  },
};
export const EDIT_EXAMPLES = {
  'another name': { value: { name: 'my old laptop' } },
  'a new expiry, and from one network only': { value: { ttlHours: 48, allowedIps: ['10.0.0.0/8'] } },
  'from any network again': { value: { allowedIps: null } },
  'switched off for the time being': { value: { enabled: false } },
};
export const ROTATE_EXAMPLES = {
  'with a day of overlap': { value: { overlapHours: 24 } },
  'at once': { value: { overlapHours: 0 } },
};
export const LIFETIME_EXAMPLES = {
  'for one more day': { value: { ttlHours: 24 } },
  'until a date': { value: { expiresAt: '2030-01-31T12:00:00Z' } },
};

export class LifetimeDto {
  /**
   * When the key expires. Give one of expiresAt, ttlHours and neverExpires, or none for the default lifetime.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  /**
   * Hours until the key expires.
   * @example 24
   */
  @IsOptional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.001)
  @Max(1_000_000)
  ttlHours?: number | null;

  /** Only where APIKM_NEVER_EXPIRES allows it. */
  @IsOptional()
  @IsBoolean()
  neverExpires?: boolean | null;
}

/** Name, description and config of a key. */
class AboutDto {
  /**
   * What it is for, at most 255 characters.
   * @example tiles for the office map
   */
  @IfGiven()
  @IsString()
  @MaxLength(255)
  @Matches(PLAIN, { message: 'description must hold no control or direction characters' })
  description?: string;

  /**
   * Free JSON that services get with each verification; at most 8 KiB, nested at most 8 deep.
   * @example {"quota":5}
   */
  @IsOptional()
  @IsObject()
  config?: Record<string, unknown> | null;
}

class UnnamedKeyDto extends IntersectionType(AboutDto, LifetimeDto, LimitsDto) {}

export class CreateKeyDto extends UnnamedKeyDto {
  /** 1 to 128 characters. */
  @ApiProperty({ example: 'my laptop' })
  @IsString()
  @Length(1, 128)
  @Matches(PLAIN, { message: 'name must hold no control or direction characters' })
  name: string;
}

/** Fields that aren't given stay as they are. */
export class EditKeyDto extends UnnamedKeyDto {
  /** 1 to 128 characters. */
  @ApiPropertyOptional({ example: 'my old laptop' })
  @IfGiven()
  @IsString()
  @Length(1, 128)
  @Matches(PLAIN, { message: 'name must hold no control or direction characters' })
  name?: string;

  /** false switches the key off for the time being. */
  @IfGiven()
  @IsBoolean()
  enabled?: boolean;
}

/** Without a lifetime the new key lives as long as the old one was meant to. */
export class RotateDto extends LifetimeDto {
  /**
   * Hours for which the old key keeps working; 0: it is revoked at once.
   * @example 24
   */
  @IfGiven()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(168)
  overlapHours?: number;
}

export class ReasonDto {
  /**
   * Kept with the key and in the audit; at most 255 characters.
   * @example laptop was lost
   */
  @IfGiven()
  @IsString()
  @Length(1, 255)
  @Matches(PLAIN, { message: 'reason must hold no control or direction characters' })
  reason?: string;
}
