/** Everything that is ever recorded. */
export const AUDIT_ACTIONS = [
  'key.changed',
  'key.created',
  'key.disabled',
  'key.enabled',
  'key.imported',
  'key.renewed',
  'key.replaced',
  'key.revoked',
  'key.unused',
  'key.used-after-end',
  'keys.imported',
  'owner.erased',
  'owner.rights-changed',
  'sync.confirmMassChange',
  'sync.now',
  'sync.pause',
  'sync.resume',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
