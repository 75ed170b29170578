import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where the command says what it did. */
export interface Terminal {
  /** A person can be asked. */
  readonly canAsk: boolean;
  /** Resolves when more can be taken. */
  out(text: string): Promise<void>;
  /** What went wrong, and whatever is no result. */
  err(text: string): void;
  ask(question: string): Promise<string>;
}

/** Whoever read has gone, say `head`: what was begun goes on to its end. */
let isClosed = false;
process.stdout.on('error', () => (isClosed = true));

export const TERMINAL: Terminal = {
  canAsk: Boolean(process.stdin.isTTY && process.stderr.isTTY),
  async out(text) {
    if (isClosed || process.stdout.write(text)) return;
    await once(process.stdout, 'drain').catch(() => {});
  },
  err: (text) => void process.stderr.write(text),
  async ask(question) {
    // Not on the standard output, which may lead into a file.
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // The end of the input is no answer.
    const ended = once(lines, 'close').then(() => '');
    const answer = await Promise.race([lines.question(question), ended]);
    lines.close();
    return answer;
  },
};
