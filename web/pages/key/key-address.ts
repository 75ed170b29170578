import { FILTERS } from '../keys/filters.js';
import type { Act } from './acts.js';

const OF_THE_LIST: readonly string[] = FILTERS;

/** What the list under a key is narrowed down to, with its question mark. */
function listPart(query: string): string {
  const given = new URLSearchParams(query);
  for (const name of [...given.keys()]) if (!OF_THE_LIST.includes(name)) given.delete(name);
  const text = given.toString();
  return text && `?${text}`;
}

/** @param query of the address where one is: the list stays as it is */
export const listAddress = (query: string): string => `/${listPart(query)}`;
export const keyAddress = (id: string, query: string): string =>
  `/keys/${encodeURIComponent(id)}${listPart(query)}`;
export const actAddress = (id: string, act: Act, query: string): string =>
  `/keys/${encodeURIComponent(id)}/${act}${listPart(query)}`;
