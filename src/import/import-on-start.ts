import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { importKeys } from './import-keys.js';
import { findUnimported, readOwnTokens } from './own-tokens.js';

/** The predecessor's table may lie in our own database: its keys would be refused without a word. */
@Injectable()
export class ImportOnStart implements OnModuleInit {
  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly source: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Imports them where the settings say so. @throws Error with the command, where they don't */
  async onModuleInit(): Promise<void> {
    const waiting = await findUnimported(this.source, this.clock.now());
    if (waiting === 0) return;
    if (!this.config.database.importOnStart) {
      throw new Error(
        `${waiting} keys of the predecessor lie in this database and were never imported. Run: npm run import-keys -- --from "$APIKM_DATABASE_URL", or set APIKM_IMPORT_ON_START=true.`,
      );
    }
    const options = {
      sourceTimezone: 'UTC',
      enforceReferers: false,
      dryRun: false,
      attributes: this.config.oidc.attributes,
      defaultTtlHours: this.config.keys.defaultTtlHours,
    };
    await importKeys(this.changes, await readOwnTokens(this.source), options, this.clock.now());
  }
}
