import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const TRIES = 200;

interface Options {
  /** Its environment; undefined: ours. */
  readonly env?: Record<string, string>;
  /** How often it is asked, every 50 ms, whether it listens. */
  readonly tries?: number;
}

/** A program started for one test, stopped by its process id. */
export class Program {
  /** What it has printed. */
  output = '';

  private constructor(private readonly child: ChildProcess) {}

  /** Runs it and waits until it has an answer for this URL; 404 is none, for some listen first and read later. @throws Error with what it printed, when it ends before */
  static async start(
    command: string,
    args: readonly string[],
    url: string,
    { env, tries: most = TRIES }: Options = {},
  ): Promise<Program> {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child);
    let failed = false;
    child.once('error', (error) => {
      program.output += error.message;
      failed = true;
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => (program.output += String(part)));
    for (let tries = 0; tries < most; tries += 1) {
      if (failed || child.exitCode !== null) throw new Error(`${command} ended: ${program.output}`);
      if (await answers(url)) return program;
      await pause(50);
    }
    child.kill('SIGKILL');
    throw new Error(`${command} does not listen: ${program.output}`);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Until it has printed this so many times. @throws Error with what it printed instead */
  async prints(text: string, times = 1): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (this.output.split(text).length > times) return;
      await pause(50);
    }
    throw new Error(`it does not print ${text}: ${this.output}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ status }) => status !== 404,
    () => false,
  );
