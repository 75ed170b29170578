import 'reflect-metadata';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { DataSource } from 'typeorm';
import { readChain } from './audit/chain-reader.js';
import { BrokenChain } from './audit/chain.js';
import { exportKeyOf, publicTextOf } from './audit/export-key.js';
import { linesOf } from './audit/export-lines.js';
import { checkExport, exportChain, ExportError } from './audit/export.js';
import type { CheckedExport } from './audit/export.js';
import { expectContinued, TrailError, verifyChain } from './audit/verify.js';
import { cookieSecrets } from './auth/cookie-secrets.js';
import type { Config } from './config/config.js';
import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { parseConfig } from './config/parse-config.js';
import { openDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';
import { endUndone } from './platform/early-end.js';

const HELP = `Checks that the audit trail is whole: no line was changed, removed or inserted.

npm run audit:verify [-- options], or node dist/audit-verify.js [options]

  --against FILE         the trail must also continue this earlier export
  --export [FILE]        the whole trail as signed NDJSON, to the standard output or into a new file
  --check FILE           check an exported file; needs no database and no settings
  --public-key KEY       with --check or --against: the key that must have signed the file
  --help                 this text

Exit code: 0 whole, 1 broken (the first broken line is named), 2 undetermined.`;

/** However many lines there are. */
const NO_STATEMENT_TIMEOUT = 0;

const OPTIONS = {
  against: { type: 'string' },
  export: { type: 'boolean' },
  check: { type: 'string' },
  'public-key': { type: 'string' },
  help: { type: 'boolean' },
} as const;

interface Wish {
  readonly against?: string;
  readonly export?: boolean;
  readonly check?: string;
  readonly 'public-key'?: string;
  readonly help?: boolean;
  /** Where an export goes; undefined: standard output. */
  readonly file: string | undefined;
}

class UsageError extends Error {}

/** @throws UsageError */
function readWish(args: string[]): Wish {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const wish = { ...values, file: positionals[0] };
    const problem = problemOf(wish);
    if (problem !== undefined) throw new Error(problem);
    if (positionals.length > (values.export ? 1 : 0))
      throw new Error('Arguments need an option; --help lists the options.');
    return wish;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function problemOf({ against, export: exporting, check, 'public-key': key }: Wish): string | undefined {
  if (check !== undefined && (exporting || against !== undefined))
    return '--check can be combined with --public-key only.';
  if (key !== undefined && check === undefined && against === undefined)
    return '--public-key needs --check or --against.';
  return undefined;
}

async function run(wish: Wish): Promise<void> {
  if (wish.help) return say(HELP);
  if (wish.check !== undefined) return say(describeExport(await readExport(wish.check, wish)));
  const config = parseConfig(readEnvironment(process.env, dotEnvFile()));
  const database = { ...config.database, migrateOnStart: false };
  const { source } = await openDatabase(database, ENTITIES, console.warn, NO_STATEMENT_TIMEOUT);
  try {
    if (await source.showMigrations()) throw new Error('The schema is not up to date: npm run migrate.');
    if (wish.against !== undefined) await expectContinued(source, await readExport(wish.against, wish));
    if (wish.export) await writeExport(source, config, wish.file);
    else say(await describeTrail(source));
  } finally {
    await source.destroy();
  }
}

async function readExport(file: string, { 'public-key': key }: Wish): Promise<CheckedExport> {
  const checked = await checkExport(linesOf(file));
  if (key !== undefined && checked.publicKey !== key)
    throw new ExportError(`The file is signed with another key: ${checked.publicKey}`);
  return checked;
}

const describeExport = ({ rows, lastHash, publicKey }: CheckedExport): string =>
  `${rows} lines are whole; the last hash is ${lastHash}.\nSigned with the key ${publicKey}`;

async function describeTrail(source: DataSource): Promise<string> {
  const { rows, erased, last } = await verifyChain(source);
  const names = erased ? ` The login was erased in ${erased} of them.` : '';
  return `${rows} lines are whole; the last hash is ${last.toString('hex') || 'none'}.${names}`;
}

/** The secret that signs cookies now signs this, too. */
async function writeExport(source: DataSource, config: Config, file: string | undefined): Promise<void> {
  const key = exportKeyOf(cookieSecrets(config)[0]!);
  const pieces = exportChain(readChain(source), key);
  // Never over an earlier one, and for nobody else's eyes: it holds logins.
  const target: Writable = file ? createWriteStream(file, { flags: 'wx', mode: 0o600 }) : process.stdout;
  await pipeline(pieces, target, { end: file !== undefined });
  console.error(`Exported. It is signed with the key ${publicTextOf(key)}`);
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function fail(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const broken = [BrokenChain, ExportError, TrailError].some((kind) => error instanceof kind);
  return broken ? 1 : 2;
}

endUndone();
try {
  await run(readWish(process.argv.slice(2)));
} catch (error) {
  process.exitCode = fail(error);
}
