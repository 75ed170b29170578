import type { ApiKey } from '../api-keys/api-key.entity.js';
import { digestOf } from '../api-keys/key-material.js';
import { DomainError } from '../platform/domain-error.js';
import { maskKeys } from '../platform/redact.js';
import type { Parts } from './parts.js';
import { visible } from './shown-keys.js';
import type { Terminal } from './terminal.js';

const ID = /^key_[0-9A-Za-z]{20}$/;

/** Does something with each key that is named, one after the other, and says a line of each. @returns whether all of it was done */
export async function forEachKey(
  { keys }: Parts,
  named: readonly string[],
  terminal: Terminal,
  work: (key: ApiKey) => Promise<string>,
): Promise<boolean> {
  let isDone = true;
  for (const [i, given] of named.entries()) {
    // Whoever named a key by itself is told its id, and never the key.
    let name = ID.test(given) ? given : `Argument ${i + 1}`;
    try {
      const key = await find(keys, given);
      name = key.id;
      await terminal.out(await work(key));
    } catch (error) {
      terminal.err(`${name}: not done. ${whyNot(error)}\n`);
      isDone = false;
    }
  }
  return isDone;
}

/** By its id, or by the key itself. @throws DomainError not-found */
async function find(keys: Parts['keys'], given: string): Promise<ApiKey> {
  try {
    return await keys.get({ id: given });
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
    return (await keys.findAnyByDigest(digestOf(given))) ?? Promise.reject(error);
  }
}

/** The services speak to the key's owner. */
const TO_OPERATORS: Readonly<Record<string, string>> = {
  KEY_NOT_FOUND: 'There is no such key.',
  KEY_REVOKED: 'The key is revoked.',
  TOO_MANY_KEYS: 'Its owner has as many live keys as allowed: revoke one of them first.',
};

export function whyNot(error: unknown): string {
  const { message } = error as Error;
  const sentence = error instanceof DomainError ? (TO_OPERATORS[error.code] ?? message) : message;
  // Some have lines.
  return maskKeys(sentence).split('\n').map(visible).join('\n');
}
