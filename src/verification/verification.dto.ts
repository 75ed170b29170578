import { IsIP, IsOptional, IsString, MaxLength } from 'class-validator';

export class VerifyDto {
  /** The presented key. */
  @IsString()
  @MaxLength(4096)
  key: string;

  /** The application that asks. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  audience?: string;

  /** What the key must have: `role:A,group:/g,scope:s:read`. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  require?: string;

  /** The address that the key came from. */
  @IsOptional()
  @IsIP()
  clientIp?: string;

  /** Origin or Referer of the request that brought the key. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  referer?: string;
}
