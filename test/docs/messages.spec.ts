import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGES = ['docs/keycloak.md'];

/** What the code can print: its texts, with whatever is put into them as `…`, and those that are joined as one. */
function printable(): string {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const source = files.map((file) => readFileSync(join('src', file), 'utf8')).join('\n');
  return withoutValues(source.replace(/\\(['"`])/g, '$1').replace(/['"`]\s*\+\s*['"`]/g, ''));
}

/** `${…}`, also around texts with values of their own. */
function withoutValues(source: string): string {
  let [text, before] = [source, ''];
  while (text !== before) [before, text] = [text, text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')];
  return text;
}

/** The first column of each table whose head begins with "message"; those of the synchronisation have a test of their own. */
function messagesOf(page: string): string[] {
  const tables = readFileSync(page, 'utf8')
    .replace(/^## Messages of the synchronisation$.*?(?=^## |(?![\s\S]))/ms, '')
    .split(/\n\n+/)
    .filter((part) => /^\| *message\b/i.test(part));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(2));
  return rows.map((row) => row.split(/(?<!\\)\|/)[1]!.trim());
}

describe.each(PAGES)('every message that %s explains', (page) => {
  const texts = printable();
  const messages = messagesOf(page);

  it('stands there as code, once', () => {
    expect(messages.length).toBeGreaterThan(20);
    expect(messages.filter((cell) => !/^`[^`]+`$/.test(cell))).toEqual([]);
    expect(messages.filter((cell, n) => messages.indexOf(cell) < n)).toEqual([]);
  });

  it.each(messages)('%s is one that the code can print', (cell) => {
    const parts = cell
      .slice(1, -1)
      .split('…')
      .map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    // Between its parts there is a value or more of the same sentence, and no end of the text.
    expect(new RegExp(parts.join('[^\\n`]*?')).test(texts)).toBe(true);
  });
});
