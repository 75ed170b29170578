// Owns the keys: their form, digest, lifetime and limits, and every change of them.
// Promises that a key is never more than its owner, and that a change is announced before the answer.
// Never stores or shows a secret after the answer that created it.
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangesModule } from '../changes/changes.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';
import { Erasure } from './erasure.js';
import { IdempotentAnswer } from './idempotent-answer.entity.js';
import { IdempotentAnswers } from './idempotent-answers.js';
import { KeyChanges } from './key-changes.js';
import { KeyEditing } from './key-editing.js';
import { KeyRotation } from './key-rotation.js';
import { OldAnswers } from './old-answers.js';
import { IN_STATE } from './key-state.js';
import { UnusedKeys } from './unused-keys.js';
import { UnusedNotices } from './unused-notices.js';

const SERVICES = [
  ApiKeysService,
  KeyChanges,
  Erasure,
  KeyEditing,
  KeyRotation,
  IdempotentAnswers,
  UnusedNotices,
];

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey, IdempotentAnswer]), ChangesModule, OwnersModule],
  providers: [...SERVICES, OldAnswers, UnusedKeys],
  exports: SERVICES,
})
export class ApiKeysModule implements OnModuleInit {
  constructor(private readonly owners: OwnersService) {}

  /** Rights are followed of those whose keys carry them now. */
  onModuleInit(): void {
    this.owners.follow((owners) => {
      const keys = owners.subQuery().select('1').from(ApiKey, 'key').where('key.ownerId = owner.id');
      return `EXISTS ${keys.andWhere(IN_STATE.live).getQuery()}`;
    });
  }
}
