/** What may be done to a key at an address of its own. */
export const ACTS = ['rotate', 'revoke', 'disable', 'renew'] as const;
export type Act = (typeof ACTS)[number];
