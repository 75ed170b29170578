import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LONGEST_SOCKET_PATH = 100;

/**
 * Holds a folder for this process alone: the embedded engine has no lock of its own, and two processes on one
 * folder silently lose rows. The lock is a listening socket, not a pid, because in containers every pid is 1.
 * @throws Error when another process holds the folder; nothing was touched then.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  mkdirSync(folder, { recursive: true });
  const path = socketPath(folder);
  const server = (await listen(path)) ?? (await takeOver(folder, path));
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

async function takeOver(folder: string, path: string): Promise<Server> {
  if (await answers(path)) throw heldError(folder);
  rmSync(path, { force: true });
  const server = await listen(path);
  if (!server) throw heldError(folder);
  return server;
}

const heldError = (folder: string): Error =>
  new Error(
    `The embedded database in ${folder} is in use by another process. Stop that one first, or set APIKM_DATABASE_URL to another folder or to a PostgreSQL.`,
  );

/** Socket paths are limited to about 100 bytes, so deep folders get a name derived from their real path. */
function socketPath(folder: string): string {
  const beside = join(realpathSync(folder), '.lock');
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_PATH) return beside;
  const name = createHash('sha256').update(beside).digest('hex').slice(0, 32);
  return join(tmpdir(), `apikm-${name}.lock`);
}

/** undefined: something is there already. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** Whether a living process listens there; a refused connection is what a killed one left behind. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
