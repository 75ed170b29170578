import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Changes, PROGRAM } from '../changes/changes.js';
import { Config } from '../config/config.js';
import { ownCommand } from '../config/own-command.js';
import { withoutTimeLimits } from '../database/open-database.js';
import { Clock } from '../platform/clock.js';
import { PrimaryLink } from '../workers/primary-link.js';
import { findUnimported, hasOwnTokens, readOwnTokens } from './own-tokens.js';
import { liveLeft } from './report.js';
import { sayImport, sayPlan } from './say-import.js';

/** The predecessor's table may lie in our own database: its keys would be refused without a word. */
@Injectable()
export class ImportOnStart implements OnModuleInit {
  private readonly logger = new Logger('Import');

  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly source: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
    private readonly primary: PrimaryLink,
  ) {}

  /** Imports it where the settings say so. @throws Error with the command, where they don't */
  async onModuleInit(): Promise<void> {
    if (this.primary.isLater || !(await hasOwnTokens(this.source))) return;
    const { database } = this.config;
    await withoutTimeLimits(this.source, database, (source) =>
      database.importOnStart ? this.import(source) : this.refuseUnimported(source),
    );
  }

  /** At each start, for the old program may have gone on. */
  private async import(database: DataSource): Promise<void> {
    const source = await readOwnTokens(database);
    const { importTimezone } = this.config.database;
    const options = {
      sourceTimezone: importTimezone ?? 'UTC',
      enforceReferers: false,
      dryRun: false,
      attributes: this.config.oidc.attributes,
      defaultTtlHours: this.config.keys.defaultTtlHours,
    };
    const say = (lines: readonly string[]): void => lines.forEach((line) => this.logger.log(line));
    const said = { source, options, timezoneGiven: importTimezone !== undefined, say };
    sayPlan(said, this.clock.now());
    const report = await sayImport(this.changes.over(database), said, this.clock.now(), PROGRAM);
    const left = liveLeft(report);
    const rows = left === 1 ? '1 row is' : `${left} rows are`;
    if (left > 0) this.logger.warn(`${rows} live in the old program and could not be taken: see above.`);
  }

  private async refuseUnimported(database: DataSource): Promise<void> {
    const waiting = await findUnimported(database, this.clock.now());
    if (waiting === 0) return;
    // The embedded database is open in this process only, so no command can read it.
    const run = `run: ${ownCommand('import-keys')}, or `;
    const command = this.config.database.kind === 'embedded' ? '' : run;
    throw new Error(
      `${waiting} keys of the predecessor are in this database and were never imported. To import them, ${command}set APIKM_IMPORT_ON_START=true.`,
    );
  }
}
