import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, QueryFailedError, Repository } from 'typeorm';
import { Seal } from '../auth/seal.js';
import { Changes } from '../changes/changes.js';
import type { Actor, Transaction } from '../changes/changes.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { IdempotentAnswer } from './idempotent-answer.entity.js';

const KEPT_MS = 10 * 60_000;
const UNIQUE_VIOLATION = '23505';
const FORM = /^[\x21-\x7e]{1,255}$/;

export interface IdempotentRequest {
  /** What the caller sent; undefined: he takes a second key for a second request. */
  readonly idempotencyKey: string | undefined;
  /** All that the answer depends on. */
  readonly asked: unknown;
}

/**
 * A request whose answer got lost is sent again: it then gets the same answer, and changes nothing. The answer holds a
 * key, so it is sealed with the Idempotency-Key itself, which is not kept.
 */
@Injectable()
export class IdempotentAnswers {
  constructor(
    @InjectRepository(IdempotentAnswer) private readonly answers: Repository<IdempotentAnswer>,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the change and its answer in one transaction, or gives the answer that was given before. @throws DomainError
   * invalid, or conflict when something else was asked for under the same key; whatever `work` throws
   */
  async once<T extends object>(
    { idempotencyKey, asked }: IdempotentRequest,
    by: Actor,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    if (idempotencyKey === undefined) return this.changes.make(work, by);
    if (!FORM.test(idempotencyKey)) throw badForm();
    const id = digest([by.id, idempotencyKey]);
    const seal = new Seal([idempotencyKey], 'idempotent answer');
    try {
      return await this.changes.make(async (tx) => {
        await this.claim(tx, id, digest(asked));
        const answer = await work(tx);
        await tx.manager.update(IdempotentAnswer, { id }, { sealed: seal.close(id, answer) });
        return answer;
      }, by);
    } catch (error) {
      if (!isClaimed(error)) throw error;
      return this.again(id, digest(asked), seal);
    }
  }

  async forgetOld(now: Date): Promise<void> {
    await this.answers.delete({ madeAt: LessThan(new Date(now.getTime() - KEPT_MS)) });
  }

  /** Whoever comes second waits here until the first is done. */
  private async claim({ manager }: Transaction, id: string, request: string): Promise<void> {
    const now = this.clock.now();
    await manager.delete(IdempotentAnswer, { id, madeAt: LessThan(new Date(now.getTime() - KEPT_MS)) });
    await manager.insert(IdempotentAnswer, { id, request, madeAt: now });
  }

  private async again<T extends object>(id: string, request: string, seal: Seal): Promise<T> {
    const kept = await this.answers.findOneBy({ id });
    if (kept?.request !== request) throw reused();
    const answer = kept.sealed === null ? undefined : seal.open<T>(id, kept.sealed, Infinity);
    if (!answer) throw new Error('an answer was kept that does not open');
    return answer;
  }
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

const isClaimed = (error: unknown): boolean =>
  error instanceof QueryFailedError &&
  (error.driverError as { code?: string; table?: string }).code === UNIQUE_VIOLATION &&
  (error.driverError as { table?: string }).table === 'idempotent_answers';

const badForm = (): DomainError =>
  new DomainError(
    'invalid',
    'INVALID_IDEMPOTENCY_KEY',
    'Idempotency-Key must be 1 to 255 visible ASCII characters, for example a UUID.',
  );

const reused = (): DomainError =>
  new DomainError(
    'conflict',
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was sent with another request. Send a new one with each new request.',
  );
