import { ApiProperty } from '@nestjs/swagger';
import { SERVICE_CARRIERS, SERVICE_KINDS } from '../services/service.js';
import type { ServiceCarrier, ServiceKind } from '../services/service.js';

export class ServiceScopeDto {
  /** @example tiles:read */
  name: string;

  /**
   * What people call it.
   * @example Look at maps
   */
  title: string;

  /** A key with only such scopes can't change anything. */
  readOnly: boolean;
}

export class ServiceStsDto {
  /** @example https://s3.example.org/ */
  url: string;

  /** @example arn:aws:iam::123456789012:role/reader */
  roleArn: string | null;
}

/** An application that keys can be made for; null where the catalogue says nothing. */
export class ServiceDto {
  /**
   * Its name in the audiences of a key.
   * @example maps
   */
  audience: string;

  /**
   * What people call it.
   * @example Tiles of the office
   */
  title: string;

  /**
   * What it is for.
   * @example Background maps for our own pages and for QGIS.
   */
  description: string | null;

  /** @example https://tiles.example.org/{z}/{x}/{y}.png */
  url: string | null;

  @ApiProperty({ enum: SERVICE_KINDS, nullable: true, example: 'xyz' })
  kind: ServiceKind | null;

  /** How it accepts a key, the preferred way first. */
  @ApiProperty({ enum: SERVICE_CARRIERS, isArray: true, nullable: true, example: ['query', 'header'] })
  carriers: ServiceCarrier[] | null;

  /** What it may require of a key. */
  scopes: ServiceScopeDto[];

  /** @example https://docs.example.org/tiles */
  docs: string | null;

  /**
   * The longest lifetime of a token made from a key for it.
   * @example 300
   */
  tokenMaxSeconds: number | null;

  /** Where S3 credentials for it come from. */
  sts: ServiceStsDto | null;
}

export class ServiceListDto {
  items: ServiceDto[];
}
