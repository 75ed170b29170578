import { createReadStream } from 'node:fs';

/** The lines of a file, split at line feeds alone: readline also splits at others, which a text may hold. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(file, 'utf8')) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}
