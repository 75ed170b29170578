import type { ApiKey } from './api-key.entity.js';

/** Each key is in exactly one of them. */
export const KEY_STATES = ['live', 'disabled', 'expired', 'revoked'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** The one rule: what was revoked stays so, what is switched off may come back, what is over needs a new end. */
export function keyStateOf(
  key: Pick<ApiKey, 'revokedAt' | 'enabled' | 'neverExpires' | 'expiresAt'>,
  now: Date,
): KeyState {
  if (key.revokedAt) return 'revoked';
  if (!key.enabled) return 'disabled';
  return key.neverExpires || key.expiresAt > now ? 'live' : 'expired';
}

const STANDS = 'key.revokedAt IS NULL AND key.enabled';

/** The same for a query of ApiKey under the name `key`, with the parameter `now`. */
export const IN_STATE: Readonly<Record<KeyState, string>> = {
  live: `${STANDS} AND (key.neverExpires OR key.expiresAt > :now)`,
  disabled: 'key.revokedAt IS NULL AND NOT key.enabled',
  expired: `${STANDS} AND NOT key.neverExpires AND key.expiresAt <= :now`,
  revoked: 'key.revokedAt IS NOT NULL',
};
