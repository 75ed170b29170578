/** Everything that is ever recorded. */
export type AuditAction =
  | 'key.created'
  | 'key.imported'
  | 'key.renewed'
  | 'key.revoked'
  | 'keys.imported'
  | 'owner.rights-changed'
  | 'sync.confirmMassChange'
  | 'sync.now'
  | 'sync.pause'
  | 'sync.resume';
