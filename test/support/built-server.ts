import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { stopAtTheEnd } from './stop-at-the-end.js';

const SETTINGS = {
  APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:9',
  APIKM_OIDC_REALM: 'apikeys',
  APIKM_OIDC_CLIENT_ID: 'apikey-manager',
  APIKM_OIDC_CLIENT_SECRET: 'secret',
  APIKM_KEYCLOAK_SYNC_FREQ: '0',
  APIKM_LOG_LEVEL: 'warn',
};

/** dist/main.js as a process of its own, without a Keycloak: to be ended in whatever way, by its process id. */
export class BuiltServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly printed: () => string,
  ) {}

  /** @param folder of another build @returns when it is ready @throws Error with what it printed, when it ends before */
  static async start(settings: Record<string, string>, folder = '.'): Promise<BuiltServer> {
    const server = await BuiltServer.launch(settings, folder);
    stopAtTheEnd(server);
    return server.ready();
  }

  /** Likewise, for several tests, whichever starts it: whoever has it stops it. */
  static async keep(settings: Record<string, string>): Promise<BuiltServer> {
    return (await BuiltServer.launch(settings, '.')).ready();
  }

  private static async launch(settings: Record<string, string>, folder: string): Promise<BuiltServer> {
    const port = settings.APIKM_PORT ?? String(await freePort());
    const env = { PATH: process.env.PATH, ...SETTINGS, APIKM_PORT: port, ...settings };
    const child = spawn(process.execPath, ['dist/main.js'], {
      env,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    return new BuiltServer(child, `http://127.0.0.1:${port}`, () => output);
  }

  private async ready(): Promise<BuiltServer> {
    while (!(await isReady(this.url))) {
      if (this.hasEnded) throw new Error(`the server ended: ${this.output}`);
      await pause(50);
    }
    return this;
  }

  /** What it printed so far. */
  get output(): string {
    return this.printed();
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Stops it and has it go on; it is still there. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** @returns its exit code; null: the signal ended it */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }

  /** When it has ended. @returns its exit code; null: a signal ended it */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  stop(): Promise<unknown> {
    return this.end('SIGKILL');
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
