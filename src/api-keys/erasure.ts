import { Injectable } from '@nestjs/common';
import { Changes } from '../changes/changes.js';
import type { Actor } from '../changes/changes.js';
import { OwnersService } from '../owners/owners.service.js';
import { KeyChanges } from './key-changes.js';

/** How somebody is forgotten: the keys end with it, or nothing is done at all. */
@Injectable()
export class Erasure {
  constructor(
    private readonly changes: Changes,
    private readonly keys: KeyChanges,
    private readonly owners: OwnersService,
  ) {}

  /** @returns how many keys weren't revoked yet */
  erase(ownerId: string, by: Actor, reason: string | null = null): Promise<number> {
    return this.changes.make(async (tx) => {
      const revoked = await this.keys.revokeAllIn(tx, ownerId, by, reason);
      await this.owners.eraseIn(tx, ownerId, reason);
      return revoked;
    }, by);
  }
}
