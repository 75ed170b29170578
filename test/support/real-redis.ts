import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { freePort } from './free-port.js';

/** A Redis on a free loopback port, which keeps nothing on disk; to be killed and frozen by its process id. */
export class RealRedis {
  private server: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'apikm-redis-'));
  readonly client: Client;

  private constructor(readonly port: number) {
    this.client = new Client({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => 50 });
    this.client.on('error', () => {});
  }

  static async start(): Promise<RealRedis> {
    const redis = new RealRedis(await freePort());
    await redis.resume();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async resume(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder];
    this.server = spawn('redis-server', options, { stdio: 'ignore' });
    const failed = once(this.server, 'error').then(([error]) => Promise.reject(error as Error));
    await Promise.race([failed, this.answering()]);
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
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answering(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        await this.client.ping();
        return;
      } catch {
        await pause(50);
      }
    }
    throw new Error('Redis did not start within 5 s');
  }
}
