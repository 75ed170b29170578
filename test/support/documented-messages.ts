import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/keycloak.md', import.meta.url);

/** The first column of a table in docs/keycloak.md, as it stands there. @param section the heading above it */
export function documentedMessages(section: string): string[] {
  const [, text] = readFileSync(PAGE, 'utf8').split(`\n## ${section}\n`);
  const rows = text!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...row.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, message]) => message!),
  );
}

/** Whether a line begins with one of the messages, in which … stands for anything. */
export function isDocumented(line: string, messages: readonly string[]): boolean {
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return messages.some((message) => new RegExp(`^${message.split('…').map(escape).join('.+')}`).test(line));
}
