import type { DataSourceOptions, EntityTarget, ObjectLiteral } from 'typeorm';
import type { DatabaseConfig, PostgresConfig } from '../config/config.js';
import { clientOptions, DatabaseClient } from './database-client.js';
import type { DatabaseClientOptions } from './database-client.js';
import type { EmbeddedDatabase } from './embedded-database.js';
import { CreateSchema1764000000000 } from './migrations/1764000000000-create-schema.js';
import { CreateSyncState1764100000000 } from './migrations/1764100000000-create-sync-state.js';
import { CreateUsageWriters1764200000000 } from './migrations/1764200000000-create-usage-writers.js';
import {
  BeginLimits1764300000000,
  FillLimits1764300000001,
  LimitsAsOneValue1764300000002,
} from './migrations/1764300000000-limits-as-one-value.js';
import { ReportOnKeycloak1764400000000 } from './migrations/1764400000000-report-on-keycloak.js';
import {
  IndexLists1764500000001,
  LifeOfAKey1764500000000,
} from './migrations/1764500000000-life-of-a-key.js';
import { RememberImports1764550000000 } from './migrations/1764550000000-remember-imports.js';
import { UsageOverTime1764570000000 } from './migrations/1764570000000-usage-over-time.js';
import {
  BeginAuditChain1764600000000,
  ChainTheAudit1764600000002,
  FillAuditChain1764600000001,
} from './migrations/1764600000000-chain-the-audit.js';
import { WhenEndsWereSet1764610000000 } from './migrations/1764610000000-when-ends-were-set.js';
import { KeepPasses1764580000000 } from './migrations/1764580000000-keep-passes.js';
import { CreateRefusals1764560000000 } from './migrations/1764560000000-create-refusals.js';

export type Entities = readonly EntityTarget<ObjectLiteral>[];

export const CONNECT_TIMEOUT_MS = 2000;
export const STATEMENT_TIMEOUT_MS = 2000;

const MIGRATIONS = [
  CreateSchema1764000000000,
  CreateSyncState1764100000000,
  CreateUsageWriters1764200000000,
  BeginLimits1764300000000,
  FillLimits1764300000001,
  LimitsAsOneValue1764300000002,
  ReportOnKeycloak1764400000000,
  LifeOfAKey1764500000000,
  IndexLists1764500000001,
  RememberImports1764550000000,
  CreateRefusals1764560000000,
  UsageOverTime1764570000000,
  KeepPasses1764580000000,
  BeginAuditChain1764600000000,
  FillAuditChain1764600000001,
  ChainTheAudit1764600000002,
  WhenEndsWereSet1764610000000,
];

/** What TypeORM needs to open the database. `statementTimeoutMs` 0: statements may take as long as they need. */
export function dataSourceOptions(
  config: DatabaseConfig,
  entities: Entities,
  embedded: EmbeddedDatabase | undefined,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): DataSourceOptions {
  const common = {
    type: 'postgres' as const,
    entities: [...entities] as never[],
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    // All in one transaction would hold each table's lock until the last migration is done.
    migrationsTransactionMode: 'each' as const,
    synchronize: false,
    installExtensions: false,
  };
  if (config.kind === 'embedded') return { ...common, driver: embedded?.driver };
  return {
    ...common,
    extra: { Client: DatabaseClient, max: config.poolSize, ...poolOptions(config, statementTimeoutMs) },
  };
}

/**
 * For a pool to the main address. The server ends a statement that takes too long; the client gives up a little later,
 * when the server itself is stuck. A pooler refuses the server's setting at connect, so behind one only the client counts.
 */
export function poolOptions(
  { server, direct }: Pick<PostgresConfig, 'server' | 'direct'>,
  milliseconds: number,
): DatabaseClientOptions {
  const options = clientOptions(server, CONNECT_TIMEOUT_MS);
  if (milliseconds > 0) options.query_timeout = milliseconds + 100;
  if (server !== direct) return options;
  const limits = milliseconds > 0 ? { statement_timeout: String(milliseconds) } : UNLIMITED;
  return { ...options, startup: { ...options.startup, ...limits } };
}

/** Whatever ALTER DATABASE says: work that takes as long as it needs. */
export const UNLIMITED = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};
