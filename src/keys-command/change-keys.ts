import type { ApiKey } from '../api-keys/api-key.entity.js';
import { keyStateOf } from '../api-keys/key-state.js';
import { OPERATOR } from '../changes/changes.js';
import { forEachKey } from './named-keys.js';
import type { Parts } from './parts.js';
import type { Terminal } from './terminal.js';
import type { Wish } from './wish.js';

export type Deed = (parts: Parts, key: ApiKey, reason: string | null) => Promise<string>;

/** Each key is a change of its own. @returns whether all of it was done */
export const changeKeys = (parts: Parts, { keys, reason }: Wish, terminal: Terminal, deed: Deed) =>
  forEachKey(parts, keys, terminal, async (key) => `${key.id}: ${await deed(parts, key, reason)}\n`);

export const revoke: Deed = async ({ changes }, { id, version }, reason) => {
  const after = await changes.revoke({ id }, OPERATOR, reason);
  return after.version === version ? 'was already revoked' : 'revoked';
};

export const disable: Deed = async ({ changes }, { id, version }, reason) => {
  const after = await changes.disable({ id }, OPERATOR, reason);
  return after.version === version ? 'was already switched off' : 'switched off';
};

export const enable: Deed = async ({ changes, clock }, { id, version }, reason) => {
  const after = await changes.enable({ id }, OPERATOR, reason);
  const state = keyStateOf(after, clock.now());
  const done = after.version === version ? 'was already switched on' : 'switched on';
  return state === 'live' ? done : `${done}, and is ${state}`;
};
