import { canonicalRange } from '../config/addresses.js';
import type { AddressRange } from '../config/addresses.js';
import { parseRanges } from '../platform/client-address.js';

/** 'browser': enforced only against a request that brings an Origin or Referer. */
export type RefererPolicy = 'always' | 'browser' | 'never';

/** What a key is cut down to, as it is sent and shown; null: no limit. */
export interface Limits {
  /** Of the owner's. */
  readonly roles: string[] | null;
  readonly audiences: string[] | null;
  readonly scopes: string[] | null;
  /** Addresses or CIDRs. */
  readonly allowedIps: string[] | null;
  /** Hosts, or `*.host`. */
  readonly allowedReferers: string[] | null;
  readonly refererPolicy: RefererPolicy;
  /** Of HTTP, in capitals; GET allows HEAD too. */
  readonly allowedMethods: string[] | null;
  readonly allowKeyInUrl: boolean;
  /** "100/minute". */
  readonly rateLimit: string | null;
}

/** As the database keeps them: what is not there is as it is without a limit. */
export type StoredLimits = Partial<Limits>;

/** As they are asked for: null is no limit. */
export type WantedLimits = { readonly [Name in keyof Limits]?: Limits[Name] | null };

/** As a verification reads them: everything that can be made of their texts once was made once. */
export interface ParsedLimits extends Omit<Limits, 'allowedIps'> {
  readonly allowedIps: readonly AddressRange[] | null;
}

interface Limit<Name extends keyof Limits> {
  /** What holds where nothing is stored. */
  readonly without: Limits[Name];
  /** As it is stored and shown, whatever way it was written. */
  readonly normal: (wanted: Limits[Name]) => Limits[Name];
  readonly parse: (stored: Limits[Name]) => ParsedLimits[Name];
  /** Whether a change would let the key do more, where it may only be cut down further; missing: it may change either way. */
  readonly widens?: (before: Limits[Name], after: Limits[Name]) => boolean;
}

const asIs = <T>(stored: T): T => stored;
const list = { without: null, normal: asIs, parse: asIs };

type Names = readonly string[] | null;
const holdsMore = (before: readonly string[], after: readonly string[]): boolean =>
  !after.every((name) => before.includes(name));
/** None are chosen: all of them. */
const choosesMore = (before: Names, after: Names): boolean =>
  before !== null && (after === null || holdsMore(before, after));

/** Every limit that there is: one that is missing here doesn't compile. */
const LIMITS: { readonly [Name in keyof Limits]: Limit<Name> } = {
  roles: { ...list, widens: choosesMore },
  audiences: { ...list, widens: choosesMore },
  scopes: { ...list, widens: (before, after) => holdsMore(before ?? [], after ?? []) },
  allowedIps: {
    without: null,
    normal: (ranges) => ranges && ranges.map(canonicalRange),
    parse: (ranges) => ranges && parseRanges(ranges),
  },
  allowedReferers: { ...list, parse: (hosts) => hosts && hosts.map((host) => host.toLowerCase()) },
  refererPolicy: { without: 'always', normal: asIs, parse: asIs },
  allowedMethods: list,
  allowKeyInUrl: { without: true, normal: asIs, parse: asIs },
  rateLimit: { without: null, normal: asIs, parse: asIs },
};

const NAMES = Object.keys(LIMITS) as (keyof Limits)[];

const byName = <T>(valueOf: (name: keyof Limits) => unknown): T =>
  Object.fromEntries(NAMES.map((name) => [name, valueOf(name)])) as T;

/** Those that are mentioned, whatever else stands beside them. */
export const limitsIn = (asked: WantedLimits): WantedLimits =>
  Object.fromEntries(NAMES.filter((name) => asked[name] !== undefined).map((name) => [name, asked[name]]));

/** What is worth keeping of `wanted`, whatever else that holds. */
export function limitsToStore(wanted: WantedLimits): StoredLimits {
  const given = NAMES.filter((name) => (wanted[name] ?? LIMITS[name].without) !== LIMITS[name].without);
  return Object.fromEntries(given.map((name) => [name, apply(LIMITS[name].normal, wanted[name])]));
}

/** Those that would be wider than before, where they may not. */
export function widerLimits(before: StoredLimits, after: StoredLimits): (keyof Limits)[] {
  const [a, b] = [limitsOf(before), limitsOf(after)];
  return NAMES.filter((name) => LIMITS[name].widens?.(a[name] as never, b[name] as never));
}

/** All of them, as a key's record shows them. */
export const limitsOf = (stored: StoredLimits): Limits =>
  byName((name) => stored[name] ?? LIMITS[name].without);

/** The value is of the limit's own type: it was found under its name. */
const apply = (work: (value: never) => unknown, value: unknown): unknown => work(value as never);

const parseAll = (stored: StoredLimits): ParsedLimits =>
  byName((name) => apply(LIMITS[name].parse, stored[name] ?? LIMITS[name].without));

const NO_LIMITS = Object.freeze(parseAll({}));

/** Most keys have no limits: all of these share one value. @throws Error for a network that is none */
export const parseLimits = (stored: StoredLimits): ParsedLimits =>
  Object.keys(stored).length > 0 ? parseAll(stored) : NO_LIMITS;
