import type { Service } from '../../api/types.js';
import { servicesIn } from './draft.js';
import type { Draft } from './draft.js';

/** What is for these looks at what there is, and changes nothing. */
const READING: readonly Draft['purpose'][] = ['qgis', 'scripts', 'notebook', 'webmap', 'agent'];

/** A key holds no more of them. */
const MOST_SCOPES = 100;

/** Those of the catalogue that the key is for. */
export const reachedServices = (draft: Draft, services: readonly Service[]): readonly Service[] =>
  services.filter(({ audience }) => !draft.onlyServices || servicesIn(draft).includes(audience));

/** What is chosen with the purpose: without them a service that asks for one refuses the key. */
export function presetScopes(draft: Draft, services: readonly Service[]): readonly string[] {
  if (!READING.includes(draft.purpose)) return [];
  const offered = reachedServices(draft, services).flatMap(({ scopes }) => scopes);
  const reading = offered.filter(({ readOnly }) => readOnly).map(({ name }) => name);
  return [...new Set(reading)].slice(0, MOST_SCOPES);
}

/** A form to begin with. */
export const begun = (draft: Draft, services: readonly Service[]): Draft =>
  draft.scopes.length ? draft : { ...draft, scopes: presetScopes(draft, services) };

/** What was preset follows the purpose and the services; what the person chose stays. */
export function changed(before: Draft, part: Partial<Draft>, services: readonly Service[]): Draft {
  const after = { ...before, ...part };
  const wasPreset = before.scopes.join() === presetScopes(before, services).join();
  return part.scopes || !wasPreset ? after : { ...after, scopes: presetScopes(after, services) };
}
