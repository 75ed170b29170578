import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Clock } from '../platform/clock.js';
import type { Actor } from './actor.js';
import type { AuditAction } from './audit-action.js';
import { AuditLogin } from './audit-login.entity.js';
import { loginHash } from './logins.js';

/** What was done, to whom or what. No key, and no login or name of a person: a line can never be erased. */
export interface AuditFact {
  readonly action: AuditAction;
  /** Whoever made the change, where no Actor says so. */
  readonly actorId?: string | null;
  readonly ownerId?: string | null;
  readonly keyId?: string | null;
  readonly details?: object;
  /** The fields that are no longer what they were, by their names in the API; kept as `details.changed`. */
  readonly changed?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

/** What one statement takes in memory is bounded. */
const MOST_AT_ONCE = 1000;
const SALT_BYTES = 32;

/** The lines are chained at the commit. Of a person's login one row is enough, but nobody waits for another's. */
const WRITE = `
  WITH known AS (SELECT hash FROM audit_logins WHERE owner_id = $2 AND login = $3 LIMIT 1),
    made AS (INSERT INTO audit_logins (hash, salt, owner_id, login) SELECT $4, $5, $2, $3
      WHERE $3::text IS NOT NULL AND NOT EXISTS (SELECT FROM known) RETURNING hash)
  INSERT INTO audit_waiting (lines, login_hash)
    SELECT $1::jsonb, coalesce((SELECT hash FROM known), (SELECT hash FROM made))`;

@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  /** Within the transaction of a change, so that the change and its lines come and go together. */
  async record(manager: EntityManager, by: Actor, facts: readonly AuditFact[]): Promise<void> {
    const at = this.clock.now();
    for (let start = 0; start < facts.length; start += MOST_AT_ONCE) {
      const lines = facts.slice(start, start + MOST_AT_ONCE).map((fact) => lineOf(fact, by, at));
      await manager.query(WRITE, [JSON.stringify(lines), ...loginOf(by)]);
    }
  }

  /**
   * Chains what is recorded so far in steps that each end soon, for a change with many lines: at the commit all of it
   * would be one statement. The chain is held from here on, so this comes last.
   */
  async chain(manager: EntityManager): Promise<void> {
    const waiting = await manager.query<{ id: string }[]>('SELECT id FROM audit_waiting ORDER BY id');
    for (const { id } of waiting) await manager.query('SELECT audit_chain_waiting($1)', [id]);
  }

  /** Whoever was erased keeps his id in the trail, but is no longer called anything there. */
  async eraseLogins(manager: EntityManager, ownerId: string): Promise<void> {
    await manager.delete(AuditLogin, { ownerId });
  }
}

function lineOf(fact: AuditFact, by: Actor, at: Date): object {
  const { action, actorId = by.id, ownerId, keyId, details, changed } = fact;
  const { network, agent } = by;
  return {
    ...{ id: uuid({ msecs: at.getTime() }), at, action, network, agent },
    // Somebody who is named in the fact alone came in a way that nobody told of.
    via: actorId === by.id ? by.via : null,
    actor_id: actorId,
    owner_id: ownerId,
    key_id: keyId,
    details: { ...details, ...(changed && { changed }) },
  };
}

/** Owner, login, hash and salt, as the statement takes them. */
function loginOf({ id, login }: Actor): (string | Buffer | null)[] {
  if (id === null || login === null) return [null, null, null, null];
  const salt = randomBytes(SALT_BYTES);
  return [id, login, loginHash(salt, id, login), salt];
}
