import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import type { KeyState } from '../api-keys/key-state.js';
import { PLAIN } from '../platform/plain-text.js';

export class KeyCountsDto implements Record<KeyState, number> {
  live: number;
  disabled: number;
  expired: number;
  revoked: number;
}

export class RevokedKeysDto {
  /** How many were ended by this. */
  revoked: number;
}

/** null is refused: there is nothing that it could take away. */
export const IfGiven = () => ValidateIf((_, value) => value !== undefined);

export class ReasonDto {
  /**
   * For the person whose key it is, and for whoever reads the audit later; at most 255 characters.
   * @example laptop was lost
   */
  @IfGiven()
  @IsString()
  @Length(1, 255)
  @Matches(PLAIN, { message: 'reason must hold no control or direction characters' })
  reason?: string;
}
