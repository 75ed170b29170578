import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The kernel allows 108 bytes on Linux and 104 elsewhere. */
const LONGEST_SOCKET_PATH = 100;
const NAME = /^[.]lock-[0-9a-f]{16}$/;

/** Another process has it. */
export class FolderInUse extends Error {}

/**
 * Holds a folder for this process alone: the embedded engine has no lock of its own, and two processes on one
 * folder silently lose rows. A lock is a listening socket, not a pid, because in containers every pid is 1.
 * Each process listens first and looks at the others' sockets afterwards, so of two that start at once never both
 * get the folder. Names are never used twice, so a socket that refuses is dead for good and safe to remove.
 * @throws Error when another process holds the folder; its files were not touched then.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  mkdirSync(folder, { recursive: true });
  const place = socketPlace(realpathSync(folder));
  const own = `.lock-${randomBytes(8).toString('hex')}`;
  const server = await listen(join(place.path, own));
  const unlock = () =>
    new Promise<void>((resolve) =>
      server.close(() => {
        place.close();
        resolve();
      }),
    );
  for (const name of readdirSync(place.path)) {
    if (name === own || !NAME.test(name)) continue;
    if (await answers(join(place.path, name))) {
      await unlock();
      throw new FolderInUse(
        `The embedded database in ${folder} is in use by another process. Stop that process first, or set APIKM_DATABASE_URL to another folder or to PostgreSQL.`,
      );
    }
    rmSync(join(place.path, name), { force: true });
  }
  return unlock;
}

interface Place {
  readonly path: string;
  readonly close: () => void;
}

/** The folder under a name that is short enough for a socket. */
function socketPlace(folder: string): Place {
  const fits = Buffer.byteLength(join(folder, '.lock-0123456789abcdef')) <= LONGEST_SOCKET_PATH;
  if (fits) return { path: folder, close: () => {} };
  if (existsSync('/proc/self/fd')) {
    const handle = openSync(folder, 'r');
    return { path: `/proc/self/fd/${handle}`, close: () => closeSync(handle) };
  }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `apikm-${name}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { path, close: () => {} };
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}

/** Whether a living process listens there; anything but a refusal or its absence counts as alive. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}
