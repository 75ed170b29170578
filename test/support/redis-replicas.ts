import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from '../../src/database/redis.js';
import type { TestServer } from './app.js';

export async function until(holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > seconds * 1000) throw new Error(`not within ${seconds} s`);
    await pause(10);
  }
}

export const isConnected = (server: TestServer) => server.get(Redis).isConnected;
export const connected = (...servers: TestServer[]) => until(() => servers.every(isConnected));

/** What a client behind the trusted proxy is answered. */
export const from = (server: TestServer, client: string, key?: string) =>
  server.call('/auth/check_key', {
    headers: { 'x-forwarded-for': client, ...(key === undefined ? {} : { 'x-api-key': key }) },
  });

/** A request without a key never counts, and shows whether this client is blocked. */
export const isBlocked = async (server: TestServer, client: string) =>
  (await from(server, client)).status === 429;

export async function guess(server: TestServer, client: string, ...keys: string[]): Promise<number[]> {
  const statuses = [];
  for (const key of keys) statuses.push((await from(server, client, key)).status);
  return statuses;
}

/** What an operator reads of Redis, each line in a few words. */
export const toldOfRedis = (server: TestServer): string[] =>
  server.lines.flatMap((line) => /Redis is (?:not )?connected|Redis refuses/.exec(line)?.[0] ?? []);

let clients = 0;
export const someClient = () => `198.51.100.${(clients += 1)}`;
