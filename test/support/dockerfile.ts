import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** What stands after the flags. */
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  /** Another stage, or an image that others make. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** As far as ours goes: no heredocs, no other escape than a backslash at the end of a line. */
export function readDockerfile(text: string): Stage[] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(Boolean);
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') {
      const [base, , name] = instruction.rest.split(/\s+/);
      stages.push({ base: base!, name: name ?? 'final', instructions: [] });
    } else stages.at(-1)!.instructions.push(instruction);
  }
  return stages;
}

function readInstruction(line: string): Instruction {
  const [, name, flags, rest] = /^([A-Z]+)((?:\s+--\S+)*)\s+(.+)$/.exec(line)!;
  const pairs = [...flags!.matchAll(/--([\w-]+)=(\S+)/g)].map(([, flag, value]) => [flag, value]);
  return { name: name!, flags: Object.fromEntries(pairs) as Record<string, string>, rest: rest! };
}

/** Files of a folder that its .dockerignore leaves in the context of a build; the last pattern that fits decides. */
export function contextOf(folder: string): string[] {
  const patterns = readFileSync(join(folder, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => ({ takesIn: line.startsWith('!'), ...forms(line.replace(/^!/, '')) }));
  const isIn = (path: string): boolean => patterns.findLast(({ fits }) => fits.test(path))?.takesIn ?? true;
  const mayHold = (path: string): boolean =>
    isIn(path) || patterns.some(({ takesIn, text }) => takesIn && text.startsWith(`${path}/`));
  const walk = (under: string): string[] =>
    readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
      const path = join(under, entry.name);
      if (entry.isDirectory()) return mayHold(path) ? walk(path) : [];
      return isIn(path) ? [path] : [];
    });
  return walk('.');
}

/** A pattern fits a path, and all that lies under it. */
function forms(text: string): { readonly text: string; readonly fits: RegExp } {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return { text, fits: new RegExp(`^${source}(?:/|$)`) };
}
