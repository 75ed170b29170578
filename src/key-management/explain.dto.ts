import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIP, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsInstant } from '../platform/is-instant.js';
import { PLAIN } from '../platform/plain-text.js';
import { REQUIREMENTS_PATTERN } from '../verification/requirements.js';

export const EXPLAIN_EXAMPLES = {
  'anywhere, now': { value: {} },
  'for an application, from an address': {
    value: { audience: 'maps', require: 'role:reader', clientIp: '10.1.2.3', method: 'GET' },
  },
};

/** A request as the verifier of the key would describe it; what isn't given is unknown. */
export class ExplainDto {
  /** @example maps */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  @Matches(PLAIN)
  audience?: string | null;

  /** @example role:reader,group:/org */
  @ApiPropertyOptional({ pattern: REQUIREMENTS_PATTERN })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  require?: string | null;

  /**
   * Null means: without an address.
   * @example 10.1.2.3
   */
  @ApiPropertyOptional({ type: 'string', oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })
  @IsOptional()
  @IsIP()
  clientIp?: string;

  /** @example https://maps.example.org/ */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  referer?: string | null;

  /** @example GET */
  @IsOptional()
  @Matches(/^[A-Z]{3,20}$/)
  method?: string | null;

  /** Whether the key is in the query or the path. */
  @IsOptional()
  @IsBoolean()
  inUrl?: boolean | null;

  /**
   * Decide as of this instant instead of now; rights, and how often the key was used, are the current ones.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  at?: string | null;
}

export class RuleDto {
  /**
   * The code that it refuses with.
   * @example IP_NOT_ALLOWED
   */
  code: string;

  /** @example The address is in allowedIps. */
  rule: string;

  passes: boolean;

  /**
   * What it was judged by.
   * @example {"clientIp":"10.1.2.3","allowedIps":["192.168.0.0/16"]}
   */
  saw: Record<string, unknown>;
}

export class ExplanationDto {
  valid: boolean;

  /**
   * VALID, or that of the first rule that refuses.
   * @example IP_NOT_ALLOWED
   */
  code: string;

  /** The rule that decided; null: none refuses. */
  decidedBy: string | null;

  at: Date;

  /** In the order in which they are checked: each that refuses would do so by itself. */
  rules: RuleDto[];
}
