import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { MadeKey, NewKey } from '../api-keys/api-keys.service.js';
import { IdempotentAnswers } from '../api-keys/idempotent-answers.js';
import { KeyRotation } from '../api-keys/key-rotation.js';
import type { Rotation } from '../api-keys/key-rotation.js';
import type { KeyRef } from '../api-keys/locked-key.js';
import type { Actor, User } from '../auth/current-user.js';
import { KeyRecords } from '../inventory/key-records.js';
import type { CreatedKeyDto } from './key.dto.js';

/** Who asks for a new key, and by which Idempotency-Key, if any. */
interface Asker {
  readonly user: User;
  readonly by: Actor;
  readonly idempotencyKey: string | undefined;
}

/** New keys, and the one answer that holds a key: never two keys for one request. */
@Injectable()
export class KeyMaking {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: KeyRotation,
    private readonly answers: IdempotentAnswers,
    private readonly records: KeyRecords,
  ) {}

  /** @throws DomainError invalid, conflict */
  create({ user, by, idempotencyKey }: Asker, wanted: NewKey): Promise<CreatedKeyDto> {
    const request = { idempotencyKey, asked: ['create', wanted] };
    return this.answers.once(request, by, async (tx) =>
      this.answer(user, await this.keys.createIn(tx, user, wanted)),
    );
  }

  /** @throws DomainError not-found, precondition-failed, conflict, invalid */
  rotate({ user, by, idempotencyKey }: Asker, ref: KeyRef, rotation: Rotation): Promise<CreatedKeyDto> {
    const request = { idempotencyKey, asked: ['rotate', ref.id, rotation] };
    return this.answers.once(request, by, async (tx) =>
      this.answer(user, await this.rotation.rotate(tx, user, ref, rotation)),
    );
  }

  private answer = (user: User, { secret, key }: MadeKey): CreatedKeyDto => ({
    key: secret,
    ...this.records.ofNew(key, user),
  });
}
