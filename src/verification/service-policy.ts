import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { OwnersService } from '../owners/owners.service.js';
import type { VerificationPolicy } from './decide.js';

/** What holds for every key here: by the settings, and by how the synchronisation stands. */
@Injectable()
export class ServicePolicy implements VerificationPolicy {
  readonly keyPrefix: string;
  readonly keysInUrl: boolean;
  readonly maxStalenessSeconds: number;

  constructor(
    { keys, sync }: Config,
    private readonly owners: OwnersService,
  ) {
    this.keyPrefix = keys.prefix;
    this.keysInUrl = keys.allowedInUrl;
    this.maxStalenessSeconds = sync.maxStalenessSeconds;
  }

  get lastSyncFailed(): boolean {
    return this.owners.lastSyncFailed;
  }
}
