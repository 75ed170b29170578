import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

const DEBIAN = '/usr/lib/postgresql';

/** They read and write the caller's files, so they run as the caller; all else runs as the server's account. */
const CLIENTS = new Set(['psql', 'pg_dump']);

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** The folder of initdb, postgres and psql, TEST_POSTGRES_BIN before all others; undefined: PostgreSQL is not installed. */
export function findPostgres(): string | undefined {
  const { TEST_POSTGRES_BIN: wished, PATH = '' } = process.env;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(DEBIAN, version, 'bin'));
  return (wished ? [wished] : [...debian, ...PATH.split(delimiter)]).find((folder) =>
    ['initdb', 'postgres', 'psql'].every((program) => existsSync(join(folder, program))),
  );
}

/** A PostgreSQL on a free loopback port, to be stopped, killed and frozen by its process id. */
export class RealPostgres {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly bin: string,
    private readonly folder: string,
    readonly port: number,
    /** PostgreSQL refuses to run as root. */
    private readonly account: Account,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings such as `max_connections=5` */
  static start(...settings: string[]): Promise<RealPostgres> {
    return RealPostgres.startIn(mkdtempSync(join(tmpdir(), 'apikm-pg-')), ...settings);
  }

  /** Likewise. @param folder of its own, such as a file system that may be filled */
  static async startIn(folder: string, ...settings: string[]): Promise<RealPostgres> {
    const bin = findPostgres();
    if (!bin) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
    const postgres = await RealPostgres.prepare(bin, settings, folder);
    postgres.run('initdb', ['-A', 'trust', '-U', 'apikm', '-D', postgres.data]);
    await postgres.resume();
    return postgres;
  }

  /** Another server that follows this one, as it streams what changes. */
  async standby(...settings: string[]): Promise<RealPostgres> {
    const standby = await RealPostgres.prepare(this.bin, settings);
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'apikm'];
    standby.run('pg_basebackup', [...from, '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast']);
    await standby.resume();
    return standby;
  }

  private static async prepare(
    bin: string,
    settings: readonly string[],
    folder = mkdtempSync(join(tmpdir(), 'apikm-pg-')),
  ): Promise<RealPostgres> {
    const account: Account = process.getuid?.() === 0 ? accountOf('postgres') : {};
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
    return new RealPostgres(bin, folder, await freePort(), account, settings);
  }

  get url(): string {
    return `postgresql://apikm@127.0.0.1:${this.port}/postgres`;
  }

  /** It has not ended by itself. */
  get isRunning(): boolean {
    return this.server?.exitCode === null && this.server.signalCode === null;
  }

  /** Runs a script of SQL as psql does: dumps with COPY, too. */
  load(database: string, file: string): void {
    const options = ['-q', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(this.port)];
    this.run('psql', [...options, '-U', 'apikm', '-d', database, '-f', file]);
  }

  /** Saves a database as pg_dump does, into a file that `load` takes. */
  dump(database: string, file: string): void {
    const options = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'apikm', '-d', database, '-f', file];
    this.run('pg_dump', options);
  }

  async resume(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'fsync=off', ...this.settings];
    const options = settings.flatMap((setting) => ['-c', setting]);
    const where = ['-D', this.data, '-p', String(this.port), '-k', this.folder];
    this.server = spawn(join(this.bin, 'postgres'), [...where, ...options], {
      ...this.account,
      cwd: this.folder,
      stdio: 'ignore',
    });
    await this.answering();
  }

  /** 'SIGINT' ends it at once but cleanly, 'SIGKILL' as a power cut does. */
  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    if (!this.isRunning) return;
    const children = this.children();
    const ended = once(this.server!, 'exit');
    this.server!.kill(signal);
    await ended;
    // As long as one of them is there, it does not start again.
    while (children.some(isThere)) await pause(20);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    // The backends too: a connection that is open already hangs as well.
    for (const pid of [this.server!.pid!, ...this.children()]) process.kill(pid, signal);
  }

  private children(): number[] {
    const { stdout } = spawnSync('pgrep', ['-P', String(this.server!.pid)], { encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  async remove(): Promise<void> {
    if (this.server!.exitCode === null && this.server!.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private run(program: string, args: string[]): void {
    const options = {
      ...(CLIENTS.has(program) ? {} : this.account),
      cwd: this.folder,
      encoding: 'utf8' as const,
    };
    const { status, stderr, error } = spawnSync(join(this.bin, program), args, options);
    if (status !== 0) throw new Error(`${program}: ${stderr || String(error)}`);
  }

  private answering(): Promise<void> {
    return waitFor(async () => {
      const client = new pg.Client({ connectionString: this.url });
      return client
        .connect()
        .then(() => client.end())
        .then(
          () => true,
          () => false,
        );
    });
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export function accountOf(name: string): Account {
  const id = (flag: string): number => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
