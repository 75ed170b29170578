import { parseRanges } from '../platform/client-address.js';
import type { AddressRange } from '../platform/client-address.js';

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

/** As a verification reads them: everything that can be made of their texts once was made once. */
export interface ParsedLimits extends Omit<Limits, 'allowedIps'> {
  readonly allowedIps: readonly AddressRange[] | null;
}

interface Limit<Name extends keyof Limits> {
  /** What holds where nothing is stored. */
  readonly without: Limits[Name];
  readonly parse: (stored: Limits[Name]) => ParsedLimits[Name];
}

const asIs = <T>(stored: T): T => stored;
const list = { without: null, parse: asIs };

/** Every limit that there is: one that is missing here doesn't compile. */
const LIMITS: { readonly [Name in keyof Limits]: Limit<Name> } = {
  roles: list,
  audiences: list,
  scopes: list,
  allowedIps: { without: null, parse: (ranges) => ranges && parseRanges(ranges) },
  allowedReferers: { without: null, parse: (hosts) => hosts && hosts.map((host) => host.toLowerCase()) },
  refererPolicy: { without: 'always', parse: asIs },
  allowedMethods: list,
  allowKeyInUrl: { without: true, parse: asIs },
  rateLimit: { without: null, parse: asIs },
};

const NAMES = Object.keys(LIMITS) as (keyof Limits)[];

const byName = <T>(valueOf: (name: keyof Limits) => unknown): T =>
  Object.fromEntries(NAMES.map((name) => [name, valueOf(name)])) as T;

/** What is worth keeping of `wanted`, whatever else that holds. */
export function limitsToStore(wanted: StoredLimits): StoredLimits {
  const entries = NAMES.map((name) => [name, wanted[name] ?? LIMITS[name].without] as const);
  return Object.fromEntries(entries.filter(([name, value]) => value !== LIMITS[name].without));
}

/** All of them, as a key's record shows them. */
export const limitsOf = (stored: StoredLimits): Limits =>
  byName((name) => stored[name] ?? LIMITS[name].without);

const parseAll = (stored: StoredLimits): ParsedLimits =>
  byName((name) => (LIMITS[name].parse as (value: unknown) => unknown)(stored[name] ?? LIMITS[name].without));

const NO_LIMITS = Object.freeze(parseAll({}));

/** Most keys have no limits: all of these share one value. @throws Error for a network that is none */
export const parseLimits = (stored: StoredLimits): ParsedLimits =>
  Object.keys(stored).length > 0 ? parseAll(stored) : NO_LIMITS;
