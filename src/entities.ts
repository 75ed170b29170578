import { ApiKey } from './api-keys/api-key.entity.js';
import { IdempotentAnswer } from './api-keys/idempotent-answer.entity.js';
import { UnusedNotice } from './api-keys/unused-notice.entity.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditLogin } from './audit/audit-login.entity.js';
import { LeaderBeat } from './database/leader-beat.entity.js';
import { Session } from './database/session.entity.js';
import { ImportedKey } from './import/imported-key.entity.js';
import { SyncState } from './rights/sync-state.entity.js';
import { Owner } from './owners/owner.entity.js';
import {
  RefusalRow,
  UsageDay,
  UsageHour,
  UsageOfAll,
  UsageOfBefore,
  UsageTotal,
  UsageWriter,
} from './usage/usage.entity.js';

/** Every table of ours. */
export const ENTITIES = [
  Owner,
  ApiKey,
  IdempotentAnswer,
  UnusedNotice,
  ImportedKey,
  AuditEntry,
  AuditLogin,
  UsageHour,
  UsageDay,
  UsageOfAll,
  UsageOfBefore,
  UsageTotal,
  UsageWriter,
  RefusalRow,
  Session,
  SyncState,
  LeaderBeat,
];
