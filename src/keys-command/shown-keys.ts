import type { OwnedKeyRecord } from '../inventory/owned-key.record.js';

/** What would move the cursor, colour the screen or turn the text around: names brought over may hold anything. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** As it may be shown on a terminal. */
export const visible = (text: string): string => text.replace(UNSAFE, '\ufffd');

/** One line, which is the same to whoever parses it. */
export const jsonLine = (key: OwnedKeyRecord): string => `${JSON.stringify(key).replace(UNSAFE, escaped)}\n`;

const escaped = (sign: string): string =>
  [...Array(sign.length).keys()]
    .map((i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');

const instant = (at: Date | null, none: string): string => at?.toISOString().replace(/\.\d+/, '') ?? none;

const COLUMNS: Readonly<Record<string, (key: OwnedKeyRecord) => string>> = {
  ID: ({ id }) => id,
  STATE: ({ state }) => state,
  ENDS: ({ expiresAt }) => instant(expiresAt, 'never'),
  'LAST USED': ({ usage }) => instant(usage.lastUsedAt, 'never'),
  OWNER: ({ owner }) => owner.login ?? owner.id,
  NAME: ({ name }) => name ?? '',
};

/** Lines under each other, batch by batch: a later one makes columns wider where it must. */
export class Table {
  private readonly widths = Object.keys(COLUMNS).map((head) => head.length);
  private isBegun = false;

  add(keys: readonly OwnedKeyRecord[]): string {
    const rows = keys.map((key) => Object.values(COLUMNS).map((cell) => visible(cell(key))));
    if (!this.isBegun) rows.unshift(Object.keys(COLUMNS));
    this.isBegun = true;
    for (const row of rows)
      row.forEach((cell, i) => (this.widths[i] = Math.max(this.widths[i]!, cell.length)));
    return rows.map((row) => this.line(row)).join('');
  }

  private line(row: readonly string[]): string {
    return `${row
      .map((cell, i) => cell.padEnd(this.widths[i]!))
      .join('  ')
      .trimEnd()}\n`;
  }
}

/** Everything of one key, a field a line. */
export function details(key: OwnedKeyRecord): string {
  const { owner, usage, rights, ...fields } = key;
  const shown = {
    ...fields,
    ...prefixed('owner', owner),
    ...prefixed('rights', rights),
    ...prefixed('usage', usage),
  };
  const width = Math.max(...Object.keys(shown).map((name) => name.length));
  const lines = Object.entries(shown).map(
    ([name, value]) => `${name.padEnd(width)}  ${visible(text(value))}\n`,
  );
  return lines.join('');
}

const prefixed = (of: string, fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${of}.${name}`, value as unknown]));

function text(value: unknown): string {
  if (value === null) return '-';
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
