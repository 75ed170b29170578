import type { DataSourceOptions, EntityTarget, ObjectLiteral } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
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
import { CreateRefusals1764700000000 } from './migrations/1764700000000-create-refusals.js';
import { RememberImports1764550000000 } from './migrations/1764550000000-remember-imports.js';

export type Entities = readonly EntityTarget<ObjectLiteral>[];

export const CONNECT_TIMEOUT_MS = 2000;
export const STATEMENT_TIMEOUT_MS = 2000;
const POOL_SIZE = 10;

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
  CreateRefusals1764700000000,
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
    url: config.url,
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true, ...statementTimeouts(config, statementTimeoutMs) },
  };
}

/**
 * The server ends a statement that takes too long; the client gives up a little later, when the server itself is
 * stuck. A pooler such as PgBouncer refuses the server's setting at connect, so behind one only the client counts.
 */
export function statementTimeouts(
  config: { readonly url: string; readonly directUrl: string },
  milliseconds: number,
): { query_timeout?: number; statement_timeout?: number } {
  if (milliseconds === 0) return {};
  const client = { query_timeout: milliseconds + 100 };
  return config.url === config.directUrl ? { ...client, statement_timeout: milliseconds } : client;
}
