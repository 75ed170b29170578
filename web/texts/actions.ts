import type { AuditAction } from '../../src/audit/audit-action.js';

/** What the audit tells of one key. */
export type KeyAction = Extract<AuditAction, `key.${string}`>;
/** And of the rest. */
export type OtherAction = Exclude<AuditAction, KeyAction>;
