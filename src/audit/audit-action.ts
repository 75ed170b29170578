/** Everything that is ever recorded. */
export type AuditAction =
  | 'key.changed'
  | 'key.created'
  | 'key.disabled'
  | 'key.enabled'
  | 'key.imported'
  | 'key.renewed'
  | 'key.replaced'
  | 'key.revoked'
  | 'key.used-after-end'
  | 'keys.imported'
  | 'owner.rights-changed'
  | 'sync.confirmMassChange'
  | 'sync.now'
  | 'sync.pause'
  | 'sync.resume';
