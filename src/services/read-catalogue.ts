import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { catalogue } from './service.js';
import type { Service } from './service.js';

const MOST_BYTES = 2 ** 20;
/** More of them tell no more: a file with so many is not a catalogue. */
const MOST_SHOWN = 200;

/** The catalogue can't be used; the message has every problem with its place. */
export class CatalogueError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The service catalogue can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'CatalogueError';
  }
}

/** @param file YAML or JSON, at most 1 MiB. @throws CatalogueError with all problems at once */
export const readCatalogue = (file: string): readonly Service[] => parseCatalogue(textOf(file), file);

/** @param file as the problems name it. @throws CatalogueError with all problems at once */
export function parseCatalogue(text: string, file: string): readonly Service[] {
  const lines = new LineCounter();
  const found: { line: number; sentence: string }[] = [];
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const tell = (offset: number, sentence: string): void =>
    void found.push({ line: lineAt(offset), sentence });
  // Doubled fields are found by the forms, which take no longer where there are many.
  const document = parseDocument<Node>(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  for (const { pos, message } of [...document.errors, ...document.warnings]) tell(pos[0], message);
  const place = {
    path: '',
    problem: (node: Node | null, sentence: string) => tell(startOf(node), sentence),
    lineOf: (node: Node | null) => lineAt(startOf(node)),
  };
  // Of a broken text nobody knows what was meant.
  const read = document.errors.length === 0 ? catalogue.read(document.contents, place) : undefined;
  if (found.length > 0 || !read) throw new CatalogueError(sentencesOf(found, file));
  return read.services;
}

const startOf = (node: Node | null): number => node?.range?.[0] ?? 0;

function sentencesOf(found: readonly { line: number; sentence: string }[], file: string): string[] {
  const ordered = [...found].sort((one, other) => one.line - other.line);
  const shown = ordered.slice(0, MOST_SHOWN).map(({ line, sentence }) => `${file}:${line}: ${sentence}`);
  const left = ordered.length - shown.length;
  return left > 0 ? [...shown, `${file}: ${left} more`] : shown;
}

function textOf(file: string): string {
  const bytes = bytesOf(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw new CatalogueError([`${file} must be UTF-8`]);
    throw cause;
  }
}

function bytesOf(file: string): Buffer {
  try {
    return boundedBytesOf(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new CatalogueError([`${file} can't be read (${code}): is it there, and may the server read it?`]);
  }
}

/** Its size is looked at before it is read, and after, for it may have grown. */
function boundedBytesOf(file: string): Buffer {
  const stat = statSync(file);
  if (!stat.isFile()) throw new CatalogueError([`${file} must be a file`]);
  const bytes = stat.size > MOST_BYTES ? undefined : readFileSync(file);
  if (!bytes || bytes.length > MOST_BYTES)
    throw new CatalogueError([`${file} must be of ${MOST_BYTES} bytes at most`]);
  return bytes;
}
