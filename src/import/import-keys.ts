import { mintPublicId } from '../api-keys/key-material.js';
import { limitsToStore } from '../api-keys/limits.js';
import type { AuditFact, Changes, Transaction } from '../changes/changes.js';
import type { ConversionOptions, ConvertedKey, PredecessorRow } from './convert-row.js';
import { planImport } from './plan-import.js';
import type { ImportedOwner, ImportPlan } from './plan-import.js';
import * as sql from './statements.js';

export interface ImportOptions extends ConversionOptions {
  readonly enforceReferers: boolean;
  /** Everything is tried and undone. */
  readonly dryRun: boolean;
  /** Names of the attributes that come from the identity provider (APIKM_OAUTH2_ATTRIBUTES). */
  readonly attributes: readonly string[];
}

export interface ImportReport extends Pick<ImportPlan, 'states' | 'refused' | 'changes'> {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly keysImported: number;
  readonly keysAlreadyThere: number;
  /** Revoked in the old program since an earlier import. */
  readonly revocationsTakenOver: number;
  readonly ownersCreated: number;
  readonly ownersAlreadyThere: number;
}

const BATCH = 500;

/** Undoes what was tried. */
class DryRun extends Error {
  constructor(readonly report: ImportReport) {
    super('nothing is to be kept');
  }
}

/**
 * Brings the rows over in one change. Keys and owners that are there already stay as they are, except that a
 * revocation made in the old program since the last import is taken over.
 */
export async function importKeys(
  changes: Changes,
  rows: readonly PredecessorRow[],
  options: ImportOptions,
  now: Date,
): Promise<ImportReport> {
  const plan = planImport(rows, options, now);
  try {
    return await changes.make(async (tx) => {
      const report = await new Import(tx, options, now).run(plan, rows.length);
      await tx.announce({ kind: 'gap' });
      if (options.dryRun) throw new DryRun(report);
      return report;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.report;
    throw error;
  }
}

class Import {
  constructor(
    private readonly tx: Transaction,
    private readonly options: ImportOptions,
    private readonly now: Date,
  ) {}

  async run(plan: ImportPlan, rows: number): Promise<ImportReport> {
    const ownersCreated = await this.insertOwners(plan.owners);
    // Before the new keys, which bring their own revocations.
    const revocationsTakenOver = await this.takeOverRevocations(plan.keys);
    const keysImported = await this.insertKeys(plan.keys);
    const counts = {
      rows,
      keysImported,
      keysAlreadyThere: plan.keys.length - keysImported,
      revocationsTakenOver,
      ownersCreated,
      ownersAlreadyThere: plan.owners.length - ownersCreated,
    };
    const { sourceTimezone, enforceReferers, dryRun } = this.options;
    const refused = plan.refused.length;
    await this.record([
      { action: 'keys.imported', details: { ...counts, refused, sourceTimezone, enforceReferers } },
    ]);
    return { dryRun, ...counts, states: plan.states, refused: plan.refused, changes: plan.changes };
  }

  private async insertOwners(owners: readonly ImportedOwner[]): Promise<number> {
    const created = await this.inBatches<{ id: string }>(sql.INSERT_OWNERS, owners);
    return created.length;
  }

  private async insertKeys(keys: readonly ConvertedKey[]): Promise<number> {
    const rows = keys.map((key) => this.rowOf(key));
    const inserted = await this.inBatches<{ id: string }>(sql.INSERT_KEYS, rows);
    const ids = new Set(inserted.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => ids.has(id));
    await this.inBatches(sql.INSERT_USAGE, fresh);
    await this.record(
      fresh.map(({ id, owner_id, revoked }) => ({
        action: 'key.imported',
        ownerId: owner_id,
        keyId: id,
        details: { revokedInSource: revoked },
      })),
    );
    return fresh.length;
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

  private async takeOverRevocations(keys: readonly ConvertedKey[]): Promise<number> {
    const revoked = keys
      .filter((key) => key.revoked)
      .map(({ digest }) => ({ digest: digest.toString('hex') }));
    const updated = await this.inBatches<{ id: string; owner_id: string }>(sql.REVOKE_KEYS, revoked);
    await this.record(
      updated.map(({ id, owner_id }) => ({
        action: 'key.revoked',
        ownerId: owner_id,
        keyId: id,
        details: { revokedInSource: true },
      })),
    );
    return updated.length;
  }

  private async record(facts: readonly AuditFact[]): Promise<void> {
    for (let start = 0; start < facts.length; start += BATCH)
      await this.tx.record(...facts.slice(start, start + BATCH));
  }

  /** Runs the statement with the rows as one JSON text and the time of the import; gives what it returned. */
  private async inBatches<T>(statement: string, rows: readonly object[]): Promise<T[]> {
    const returned: T[] = [];
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = JSON.stringify(rows.slice(start, start + BATCH));
      const result = await this.tx.manager.queryRunner!.query(
        statement,
        [batch, this.now.toISOString()],
        true,
      );
      returned.push(...(result.records as T[]));
    }
    return returned;
  }
}
