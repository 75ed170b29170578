import type { KeyRecord, OwnPolicy } from '../../api/types.js';
import type { KeyEdit } from './types.js';

/** What stands in the fields, as it is typed. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  /** As `datetime-local` has it, in the zone of whoever types. */
  readonly ends: string;
  readonly never: boolean;
  readonly roles: readonly string[] | null;
  readonly audiences: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly allowedIps: string;
  readonly allowedReferers: string;
  readonly allowedMethods: string;
  readonly rateLimit: string;
  readonly allowKeyInUrl: boolean;
  readonly config: string;
}

export const FIELDS = [
  ...(['name', 'description', 'ends', 'never', 'roles', 'audiences', 'scopes'] as const),
  ...(['allowedIps', 'allowedReferers', 'allowedMethods', 'rateLimit', 'allowKeyInUrl', 'config'] as const),
] satisfies (keyof Draft)[];

const lines = (items: readonly string[] | null): string => (items ?? []).join('\n');

export function draftOf(key: KeyRecord): Draft {
  const { roles, audiences, scopes, allowKeyInUrl, description } = key;
  return {
    ...{ roles, audiences, scopes, allowKeyInUrl, description },
    name: key.name ?? '',
    ends: key.expiresAt ? localOf(key.expiresAt) : '',
    never: key.expiresAt === null,
    allowedIps: lines(key.allowedIps),
    allowedReferers: lines(key.allowedReferers),
    allowedMethods: (key.allowedMethods ?? []).join(', '),
    rateLimit: key.rateLimit ?? '',
    config: Object.keys(key.config).length ? JSON.stringify(key.config, undefined, 2) : '',
  };
}

/** As `datetime-local` wants it: without zone and seconds. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const HOUR_MS = 3_600_000;

/** What a key gets for its end that had none so far. */
export const usualEnd = (policy: OwnPolicy | undefined): string =>
  policy ? localOf(new Date(Date.now() + policy.defaultTtlHours * HOUR_MS).toISOString()) : '';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const changedFields = (before: Draft, after: Draft): (keyof Draft)[] =>
  FIELDS.filter((name) => !same(before[name], after[name]));

/** null: nothing is limited. */
export const listIn = (text: string): string[] | null => {
  const items = text.split(/[\s,]+/).filter(Boolean);
  return items.length ? items : null;
};

/** How each field is sent. @throws SyntaxError of the config */
const SEND: Readonly<Record<keyof Draft, (draft: Draft) => KeyEdit>> = {
  name: ({ name }) => ({ name: name.trim() }),
  description: ({ description }) => ({ description: description.trim() }),
  ends: endOf,
  never: endOf,
  roles: ({ roles }) => ({ roles: roles && [...roles] }),
  audiences: ({ audiences }) => ({ audiences: audiences && [...audiences] }),
  scopes: ({ scopes }) => ({ scopes: scopes && [...scopes] }),
  allowedIps: ({ allowedIps }) => ({ allowedIps: listIn(allowedIps) }),
  allowedReferers: ({ allowedReferers }) => ({ allowedReferers: listIn(allowedReferers) }),
  allowedMethods: ({ allowedMethods }) => ({ allowedMethods: listIn(allowedMethods.toUpperCase()) }),
  rateLimit: ({ rateLimit }) => ({ rateLimit: rateLimit.trim() || null }),
  allowKeyInUrl: ({ allowKeyInUrl }) => ({ allowKeyInUrl }),
  config: ({ config }) => ({ config: configIn(config) }),
};

function endOf({ ends, never }: Draft): KeyEdit {
  if (never) return { neverExpires: true };
  return ends ? { expiresAt: new Date(ends).toISOString() } : {};
}

/** @throws SyntaxError */
function configIn(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return null;
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new SyntaxError('not an object');
}

/** What was changed alone: the rest stays as it is. @throws SyntaxError of the config */
export const editFrom = (before: Draft, after: Draft): KeyEdit =>
  Object.assign({}, ...changedFields(before, after).map((name) => SEND[name](after))) as KeyEdit;
