import { mintPublicId } from '../api-keys/key-material.js';
import { limitsToStore } from '../api-keys/limits.js';
import { PROGRAM } from '../changes/changes.js';
import type { Actor, AuditFact, Changes, Transaction } from '../changes/changes.js';
import { MIGRATION_LOCK, untilLocked } from '../database/migration-lock.js';
import { BATCH, inBatches } from './batches.js';
import type { Run } from './batches.js';
import type { ConversionOptions, ConvertedKey, PredecessorRow } from './convert-row.js';
import { followKnownKeys } from './known-keys.js';
import type { KnownKeysReport } from './known-keys.js';
import { planImport } from './plan-import.js';
import type { ImportPlan } from './plan-import.js';
import * as sql from './statements.js';

export interface ImportOptions extends ConversionOptions {
  readonly enforceReferers: boolean;
  /** Everything is tried and undone. */
  readonly dryRun: boolean;
  /** Names of the attributes that come from the identity provider (APIKM_OAUTH2_ATTRIBUTES). */
  readonly attributes: readonly string[];
}

export interface ImportReport
  extends Pick<ImportPlan, 'states' | 'refused' | 'changes'>, Omit<KnownKeysReport, 'facts'> {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly keysImported: number;
  readonly keysAlreadyThere: number;
  readonly ownersCreated: number;
  readonly ownersAlreadyThere: number;
}

/** Undoes what was tried. */
class DryRun extends Error {
  constructor(readonly report: ImportReport) {
    super('nothing is to be kept');
  }
}

/**
 * Brings the rows over in one change. Of keys that are there already what the old program did since is taken over,
 * unless they were changed here, too. Owners that are there stay as they are.
 */
export async function importKeys(
  changes: Changes,
  rows: readonly PredecessorRow[],
  options: ImportOptions,
  now: Date,
  by: Actor = PROGRAM,
): Promise<ImportReport> {
  const plan = planImport(rows, options, now);
  try {
    return await changes.make(async (tx) => {
      const report = await new Import(tx, options, now).run(plan, rows.length);
      await tx.announce({ kind: 'gap' });
      if (options.dryRun) throw new DryRun(report);
      return report;
    }, by);
  } catch (error) {
    if (error instanceof DryRun) return error.report;
    throw error;
  }
}

class Import {
  private readonly inBatches: Run;

  constructor(
    private readonly tx: Transaction,
    private readonly options: ImportOptions,
    now: Date,
  ) {
    this.inBatches = inBatches(tx, now);
  }

  async run(plan: ImportPlan, rows: number): Promise<ImportReport> {
    // Whatever is added to a count must be added once: replicas that start together import one after the other.
    const attempt = 'SELECT pg_try_advisory_xact_lock($1) AS taken';
    await untilLocked(() => this.tx.manager.query(attempt, [MIGRATION_LOCK]));
    const owners = await this.inBatches<{ id: string }>(sql.INSERT_OWNERS, plan.owners);
    const { facts, ...known } = await followKnownKeys(this.inBatches, plan.keys);
    const keysImported = await this.insertKeys(plan.keys);
    const counts = {
      rows,
      keysImported,
      keysAlreadyThere: plan.keys.length - keysImported,
      ownersCreated: owners.length,
      ownersAlreadyThere: plan.owners.length - owners.length,
    };
    await this.record([...facts, this.factOf(plan, known, counts)]);
    const { refused, changes, states } = plan;
    return { dryRun: this.options.dryRun, ...counts, ...known, states, refused, changes };
  }

  private factOf(plan: ImportPlan, known: Omit<KnownKeysReport, 'facts'>, counts: object): AuditFact {
    const { sourceTimezone, enforceReferers } = this.options;
    const lists = {
      followed: known.followed.length,
      conflicts: known.conflicts.length,
      refused: plan.refused.length,
    };
    return { action: 'keys.imported', details: { ...counts, ...lists, sourceTimezone, enforceReferers } };
  }

  private async insertKeys(keys: readonly ConvertedKey[]): Promise<number> {
    const rows = keys.map((key) => this.rowOf(key));
    const inserted = await this.inBatches<{ id: string }>(sql.INSERT_KEYS, rows);
    const ids = new Set(inserted.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => ids.has(id));
    await this.inBatches(sql.ADD_USAGE, fresh);
    await this.inBatches(sql.REMEMBER_KEYS, fresh);
    const facts = fresh.map(({ id, owner_id, revoked }) => ({
      action: 'key.imported' as const,
      ownerId: owner_id,
      keyId: id,
      details: { revokedInSource: revoked },
    }));
    await this.record(facts);
    return fresh.length;
  }

  /** More than some hundred thousand arguments are more than a call takes. */
  private async record(facts: readonly AuditFact[]): Promise<void> {
    for (let start = 0; start < facts.length; start += BATCH)
      await this.tx.record(...facts.slice(start, start + BATCH));
  }

  private rowOf(key: ConvertedKey) {
    return {
      id: mintPublicId(),
      digest: key.digest.toString('hex'),
      owner_id: key.owner.id,
      name: key.name,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      never_expires: key.neverExpires,
      revoked: key.revoked,
      limits: limitsToStore({
        allowedReferers: key.allowedReferers,
        refererPolicy: this.options.enforceReferers ? 'always' : 'never',
      }),
      config: key.configJson,
      queries: key.queries,
      last_used_at: key.lastUsedAt,
    };
  }
}
