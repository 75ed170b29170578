import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import type { Limits } from '../api-keys/limits.js';
import { KEY_STATES } from '../api-keys/key-state.js';
import type { KeyState } from '../api-keys/key-state.js';
import { readRange } from '../config/addresses.js';
import { readRateLimits } from '../config/values.js';

/** No control characters, no half surrogate pairs, nothing that turns the direction of the text around. */
const PLAIN = /^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u;
const REFERER = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i;
const METHOD = /^[A-Z]{3,20}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

const IsRange = () =>
  ValidateBy(
    {
      name: 'isRange',
      validator: {
        validate: (text) => typeof text === 'string' && readRange(text) !== undefined,
        defaultMessage: () => 'each value of allowedIps must be an address or a CIDR, for example 10.0.0.0/8',
      },
    },
    { each: true },
  );

const IsRate = () =>
  ValidateBy({
    name: 'isRate',
    validator: {
      validate: (text) => typeof text === 'string' && readRateLimits(text)?.length === 1,
      defaultMessage: () => 'rateLimit must be a count per period, for example 100/minute',
    },
  });

/** The first of each stands in the documentation, ready to be sent. */
export const CREATE_EXAMPLES = {
  'a key for a day': { value: { name: 'my laptop', ttlHours: 24 } },
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
export const LIFETIME_EXAMPLES = {
  'for another day': { value: { ttlHours: 24 } },
  'until a date': { value: { expiresAt: '2030-01-31T12:00:00Z' } },
};

export class LifetimeDto {
  /**
   * When the key ends. Give one of expiresAt, ttlHours and neverExpires, or none for the default lifetime.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(INSTANT, {
    message: 'expiresAt must be an instant with its zone, for example 2027-01-31T12:00:00Z',
  })
  expiresAt?: string;

  /**
   * Hours until the key ends.
   * @example 24
   */
  @IsOptional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.001)
  @Max(1_000_000)
  ttlHours?: number;

  /** Only where APIKM_NEVER_EXPIRES allows it. */
  @IsOptional()
  @IsBoolean()
  neverExpires?: boolean;
}

/** Every limit can be asked for, or this doesn't compile; the policy of referers is the predecessor's alone. */
type Asked = Pick<CreateKeyDto, Exclude<keyof Limits, 'refererPolicy'>>;

export class CreateKeyDto extends LifetimeDto implements Asked {
  /** 1 to 128 characters. */
  @ApiProperty({ example: 'my laptop' })
  @IsString()
  @Length(1, 128)
  @Matches(PLAIN, { message: 'name must hold no control or direction characters' })
  name: string;

  /**
   * What it is for, at most 255 characters.
   * @example tiles for the office map
   */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  @Matches(PLAIN, { message: 'description must hold no control or direction characters' })
  description?: string;

  /**
   * Roles of yours that the key keeps; none given: all of them, also those to come.
   * @example ["reader"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(256, { each: true })
  @Matches(PLAIN, { each: true })
  roles?: string[];

  /**
   * Applications that the key is for; none given: all.
   * @example ["maps"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 256, { each: true })
  @Matches(PLAIN, { each: true })
  audiences?: string[];

  /**
   * Free words that services may require.
   * @example ["tiles:read"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 256, { each: true })
  @Matches(PLAIN, { each: true })
  scopes?: string[];

  /**
   * Addresses or CIDRs that the key may be used from. Whoever verifies such a key must say where it came from.
   * @example ["10.0.0.0/8"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsRange()
  allowedIps?: string[];

  /**
   * Hosts, or `*.host`, that pages using the key may come from. Whoever verifies such a key must tell the referer.
   * @example ["*.example.org"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Matches(REFERER, {
    each: true,
    message: 'each value of allowedReferers must be a host or *.host, for example *.example.org',
  })
  allowedReferers?: string[];

  /**
   * HTTP methods that the key may be used with; GET allows HEAD, too. Whoever verifies such a key must tell the method,
   * which gateways do.
   * @example ["GET"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @Matches(METHOD, { each: true, message: 'each value of allowedMethods must be a method, for example GET' })
  allowedMethods?: string[];

  /** false: the key is refused in a query or path, where logs and histories keep it. */
  @IsOptional()
  @IsBoolean()
  allowKeyInUrl?: boolean;

  /**
   * How often the key may be used in a period.
   * @example 100/minute
   */
  @IsOptional()
  @MaxLength(100)
  @IsRate()
  rateLimit?: string;

  /**
   * Free JSON that services get with each verification; at most 8 KiB, nested at most 8 deep.
   * @example {"quota":5}
   */
  @IsOptional()
  @IsObject()
  config?: Record<string, unknown>;
}

export class ListKeysDto {
  @IsOptional()
  @IsIn(KEY_STATES)
  status?: KeyState;

  /** Part of the name. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  @Matches(PLAIN)
  q?: string;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  /** nextCursor of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}
