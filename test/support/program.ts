import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { waitFor } from './wait-for.js';

/** A program started for one test, stopped by its process id. */
export class Program {
  private constructor(private readonly child: ChildProcess) {}

  /** Runs it and waits until it has an answer for this URL; 404 is none, for some listen first and read later. @throws Error with what it printed, when it ends before */
  static async start(command: string, args: readonly string[], url: string): Promise<Program> {
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let failed = false;
    child.once('error', (error) => {
      output += error.message;
      failed = true;
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    const listens = waitFor(() => {
      if (failed || child.exitCode !== null) throw new Error('it ended');
      return answers(url);
    });
    await listens.catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error(`${command} does not listen: ${output}`, { cause: error });
    });
    return new Program(child);
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
