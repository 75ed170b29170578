import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import type { Limits, WantedLimits } from '../api-keys/limits.js';
import { readRange } from '../config/addresses.js';
import { readRateLimits } from '../config/values.js';
import { PLAIN } from '../platform/plain-text.js';

const REFERER = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i;
const METHOD = /^[A-Z]{3,20}$/;

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

/** Every limit can be asked for, or this doesn't compile; the policy of referers is the predecessor's alone. */
type Asked = Required<Pick<LimitsDto, Exclude<keyof WantedLimits, 'refererPolicy'>>>;

/** What a key is to be cut down to; null: nothing. */
export class LimitsDto implements Partial<Asked> {
  /**
   * Those of your roles that the key keeps; not given: all of them, including future ones.
   * @example ["reader"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(256, { each: true })
  @Matches(PLAIN, { each: true })
  roles?: string[] | null;

  /**
   * Applications that the key is for; not given: all.
   * @example ["maps"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 256, { each: true })
  @Matches(PLAIN, { each: true })
  audiences?: string[] | null;

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
  scopes?: string[] | null;

  /**
   * Addresses or CIDRs that the key may be used from. The verifier of such a key must pass on the address of the
   * caller.
   * @example ["10.0.0.0/8"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsRange()
  allowedIps?: string[] | null;

  /**
   * Hosts, or `*.host`, that pages using the key may come from. The verifier of such a key must pass on the referer.
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
  allowedReferers?: string[] | null;

  /**
   * HTTP methods that the key may be used with; GET allows HEAD, too. The verifier of such a key must pass on the
   * method, as gateways do.
   * @example ["GET"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @Matches(METHOD, { each: true, message: 'each value of allowedMethods must be a method, for example GET' })
  allowedMethods?: string[] | null;

  /** false: the key is refused in a query or path, where logs and histories keep it. */
  @IsOptional()
  @IsBoolean()
  allowKeyInUrl?: boolean | null;

  /**
   * How often the key may be used in a period.
   * @example 100/minute
   */
  @IsOptional()
  @MaxLength(100)
  @IsRate()
  rateLimit?: string | null;
}

/** What a key is cut down to, as its record shows it. */
export class LimitsRecord implements Limits {
  /** Roles that the key keeps of its owner's; null: all. */
  roles: string[] | null;

  /** Applications that it is for; null: all. */
  audiences: string[] | null;

  scopes: string[] | null;

  allowedIps: string[] | null;

  allowedReferers: string[] | null;

  /** When allowedReferers are looked at: always, only for requests that bring an Origin or Referer, or never. */
  refererPolicy: 'always' | 'browser' | 'never';

  /** HTTP methods that it may be used with; null: any. */
  allowedMethods: string[] | null;

  allowKeyInUrl: boolean;

  /** @example 100/minute */
  rateLimit: string | null;
}
