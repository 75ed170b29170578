import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { QueryFailedError } from 'typeorm';
import { AuditService } from './audit/audit.service.js';
import { Changes, OPERATOR } from './changes/changes.js';
import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { ownCommand } from './config/own-command.js';
import { ConfigError, parseConfig } from './config/parse-config.js';
import { readTimezone } from './config/values.js';
import type { Config, DatabaseConfig } from './config/config.js';
import { Listener } from './database/listener.js';
import { FolderInUse } from './database/folder-lock.js';
import { openDatabase } from './database/open-database.js';
import { explainProblem } from './database/problems.js';
import { Redis } from './database/redis.js';
import { ENTITIES } from './entities.js';
import type { ImportOptions, ImportReport } from './import/import-keys.js';
import { readPostgresql, readPredecessor, SourceError } from './import/predecessor-source.js';
import type { PredecessorData } from './import/predecessor-source.js';
import { liveLeft } from './import/report.js';
import { sayImport, sayPlan } from './import/say-import.js';
import type { SaidImport } from './import/say-import.js';
import { Invalidation, unheard } from './invalidation/invalidation.service.js';
import { Clock } from './platform/clock.js';
import { endUndone } from './platform/early-end.js';

const HELP = `Brings the keys of the predecessor's database (table api_tokens) into ours. Every key keeps working.

${ownCommand('import-keys', '[--from sqlite:FILE | postgresql://user:password@host/database] [options]')}

  --from SOURCE             the old APIKM_DATABASE_URL, or an SQLite file; its table api_tokens is only read
                            (default: the PostgreSQL database of APIKM_DATABASE_URL, where the table is in it)
  --dry-run                 try everything and save nothing
  --source-timezone NAME    time zone of the old program's database sessions, such as Europe/Paris
                            (default: APIKM_IMPORT_TIMEZONE, else UTC)
  --enforce-referers        enforce the recorded referers, which the predecessor never did
  --help                    this text

Our own database is that of APIKM_DATABASE_URL. It can be run again: what the old program changed in a key meanwhile is
taken over, unless the key was changed here, too; such keys are listed. The source is read and judged first.
Exit code, also of a dry run: 0 all live keys taken, 2 rows that are live in the old program were not taken (they are
listed), 1 nothing done.`;

/** One statement may bring in any number of keys. */
const NO_STATEMENT_TIMEOUT = 0;

interface Wish {
  /** undefined: the table lies in our own database. */
  readonly from: string | undefined;
  readonly sourceTimezone: string | undefined;
  readonly enforceReferers: boolean;
  readonly dryRun: boolean;
}

class UsageError extends Error {}

/** undefined: only help is wanted. @throws UsageError */
function readWish(args: string[]): Wish | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  // The argument itself may hold a password.
  if (positionals.length) throw new UsageError('Arguments need an option: --from SOURCE.');
  const sourceTimezone = values['source-timezone'];
  if (sourceTimezone !== undefined && !readTimezone(sourceTimezone))
    throw new UsageError('--source-timezone must be a name of the IANA database, such as Europe/Paris.');
  return {
    from: values.from,
    sourceTimezone,
    enforceReferers: values['enforce-referers'] ?? false,
    dryRun: values['dry-run'] ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        'dry-run': { type: 'boolean' },
        'source-timezone': { type: 'string' },
        'enforce-referers': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Whether every live row was taken. */
async function run(wish: Wish): Promise<boolean> {
  const config = parseConfig(readEnvironment(process.env, dotEnvFile()));
  const clock = new Clock();
  const source = await readSource(wish.from, config.database);
  const timezone = wish.sourceTimezone ?? config.database.importTimezone;
  const options: ImportOptions = {
    sourceTimezone: timezone ?? 'UTC',
    enforceReferers: wish.enforceReferers,
    dryRun: wish.dryRun,
    attributes: config.oidc.attributes,
    defaultTtlHours: config.keys.defaultTtlHours,
  };
  const said = { source, options, timezoneGiven: timezone !== undefined, say: print };
  sayPlan(said, clock.now());
  return liveLeft(await importInto(config, said, clock)) === 0;
}

async function readSource(from: string | undefined, own: DatabaseConfig): Promise<PredecessorData> {
  if (from !== undefined) return readPredecessor(from);
  if (own.kind === 'postgresql') return readPostgresql(own.direct);
  throw new UsageError('Say where to import from: --from sqlite:FILE or postgresql://…');
}

async function importInto(config: Config, said: SaidImport, clock: Clock): Promise<ImportReport> {
  const { source, embedded } = await openDatabase(
    config.database,
    ENTITIES,
    (line) => print([line]),
    NO_STATEMENT_TIMEOUT,
  );
  const redis = await Redis.open(config.redis);
  try {
    await redis.connect();
    // Replicas that run on the same database hear of it; this process itself listens to nothing.
    const invalidation = new Invalidation(new Listener(config.database, embedded), redis);
    const changes = new Changes(source, new AuditService(clock), invalidation);
    const report = await sayImport(changes, said, clock.now(), OPERATOR);
    if (!(await invalidation.allPublished())) print([unheard(config)]);
    return report;
  } finally {
    redis.onApplicationShutdown();
    await source.destroy();
  }
}

function print(lines: readonly string[]): void {
  lines.forEach((line) => process.stdout.write(`${line}\n`));
}

/** The sentence of an error that was made for operators, the stack of any other. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof QueryFailedError) return `Our own database: ${explainProblem(error.driverError)}.`;
  const kinds: unknown[] = [Error, UsageError, ConfigError, SourceError, FolderInUse];
  return kinds.includes(error.constructor) ? error.message : (error.stack ?? error.message);
}

endUndone();
try {
  const wish = readWish(process.argv.slice(2));
  if (wish) process.exitCode = (await run(wish)) ? 0 : 2;
  else print([HELP]);
} catch (error) {
  process.stderr.write(`${explain(error)}\nNothing was imported.\n`);
  process.exitCode = 1;
}
