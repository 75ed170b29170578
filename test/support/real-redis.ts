import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

/** A Redis on a free loopback port, which keeps nothing on disk; to be killed and frozen by its process id. */
export class RealRedis {
  private server: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'apikm-redis-'));
  readonly client: Client;

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
  ) {
    const at = options.indexOf('--requirepass');
    const password = at < 0 ? undefined : options[at + 1];
    const place = { port, host: '127.0.0.1', password };
    this.client = new Client({ ...place, lazyConnect: true, retryStrategy: () => 50 });
    this.client.on('error', () => {});
  }

  /** @param options as `redis-server` takes them */
  static async start(...options: string[]): Promise<RealRedis> {
    const redis = new RealRedis(await freePort(), options);
    await redis.resume();
    return redis;
  }

  /** A sentinel. @param lines of its configuration, which it writes to */
  static async startSentinel(lines: readonly string[], ...options: string[]): Promise<RealRedis> {
    const redis = new RealRedis(await freePort(), ['--sentinel', ...options]);
    const file = join(redis.folder, 'sentinel.conf');
    writeFileSync(file, lines.join('\n'));
    await redis.resume(file);
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async resume(...files: string[]): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    // A sentinel has nothing to save, and refuses the word.
    const options = [...place, ...(files.length ? [] : ['--save', '']), ...this.options];
    this.server = spawn('redis-server', [...files, ...options], { stdio: 'ignore' });
    const failed = once(this.server, 'error').then(([error]) => Promise.reject(error as Error));
    const ended = once(this.server, 'exit').then(() => Promise.reject(new Error('redis-server ended')));
    failed.catch(() => {});
    ended.catch(() => {});
    await Promise.race([failed, ended, this.answering()]);
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    const ended = once(this.server!, 'exit');
    this.server!.kill('SIGKILL');
    await ended;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.server!.kill(signal);
  }

  /** What has been counted of a client, by all together. */
  async total(limit: string, client: string): Promise<number> {
    return Number(await this.client.hget(`apikm:throttle:${limit}:${client}`, 'total'));
  }

  async remove(): Promise<void> {
    this.client.disconnect();
    if (this.server!.exitCode === null && this.server!.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private answering(): Promise<void> {
    return waitFor(() =>
      this.client.ping().then(
        () => true,
        () => false,
      ),
    );
  }
}
