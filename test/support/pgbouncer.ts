import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { accountOf } from './real-postgres.js';
import { waitFor } from './wait-for.js';

/** A PgBouncer in transaction mode in front of a PostgreSQL that trusts everybody. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param target of PostgreSQL @param settings lines of its configuration */
  static async start(target: string, ...settings: string[]): Promise<PgBouncer> {
    const { hostname, port, pathname, username } = new URL(target);
    const own = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'apikm-pgbouncer-'));
    const file = join(folder, 'pgbouncer.ini');
    const database = pathname.slice(1);
    writeFileSync(
      file,
      [
        `[databases]\n${database} = host=${hostname} port=${port} user=${username}`,
        `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\nunix_socket_dir =`,
        'auth_type = any\npool_mode = transaction',
        ...settings,
      ].join('\n'),
    );
    // It refuses to run as root.
    const account = process.getuid?.() === 0 ? accountOf('postgres') : {};
    if (account.uid !== undefined)
      for (const path of [folder, file]) chownSync(path, account.uid, account.gid!);
    const path = `${process.env.PATH}:/usr/sbin`;
    const child = spawn('pgbouncer', [file], {
      ...account,
      stdio: 'ignore',
      env: { ...process.env, PATH: path },
    });
    const bouncer = new PgBouncer(child, folder, `postgresql://${username}@127.0.0.1:${own}/${database}`);
    await waitFor(() => listens(own));
    return bouncer;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
