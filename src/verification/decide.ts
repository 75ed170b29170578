import { inRanges, parseRanges } from '../platform/client-address.js';
import type { AddressRange } from '../platform/client-address.js';

export type RefusalCode =
  | 'MISSING'
  | 'AMBIGUOUS'
  | 'MALFORMED'
  | 'UNKNOWN'
  | 'REVOKED'
  | 'DISABLED'
  | 'EXPIRED'
  | 'OWNER_DISABLED'
  | 'RIGHTS_TOO_OLD'
  | 'URL_NOT_ALLOWED'
  | 'CONTEXT_REQUIRED'
  | 'IP_NOT_ALLOWED'
  | 'REFERER_NOT_ALLOWED'
  | 'AUDIENCE_NOT_ALLOWED'
  | 'INSUFFICIENT_RIGHTS'
  | 'RATE_LIMITED';

/**
 * Everything that a verification needs to know of a key and its owner, as it was read; of the owner, when that was
 * confirmed last.
 */
export interface KeySnapshot {
  readonly keyId: string;
  readonly digest: string;
  readonly name: string | null;
  /** Milliseconds since 1970; null: never expires. */
  readonly expiresAt: number | null;
  readonly enabled: boolean;
  readonly revoked: boolean;
  readonly roles: readonly string[] | null;
  readonly audiences: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly allowedIps: readonly string[] | null;
  readonly allowedReferers: readonly string[] | null;
  readonly refererPolicy: 'always' | 'browser' | 'never';
  readonly allowKeyInUrl: boolean;
  readonly rateLimit: string | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly owner: OwnerSnapshot;
}

export interface OwnerSnapshot {
  readonly id: string;
  readonly login: string | null;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since 1970; null: never confirmed. Moves on when they are confirmed unchanged. */
  rightsReadAt: number | null;
}

/** What the request brings besides the key. */
export interface VerificationContext {
  readonly inUrl: boolean;
  readonly clientIp?: string;
  readonly origin?: string;
  readonly referer?: string;
  readonly audience?: string;
  readonly require?: readonly Requirement[];
}

/** What holds for every key of this service. */
export interface VerificationPolicy {
  readonly keysInUrl: boolean;
  readonly maxStalenessSeconds: number;
  readonly lastSyncFailed: boolean;
}

export interface Requirement {
  readonly kind: 'role' | 'group' | 'scope';
  readonly value: string;
}

type Rule = (
  key: KeySnapshot,
  context: VerificationContext,
  now: number,
  policy: VerificationPolicy,
) => RefusalCode | false;

/** In the contract's order: the first rule that refuses names the refusal. */
const RULES: readonly Rule[] = [
  (key) => key.revoked && 'REVOKED',
  (key) => !key.enabled && 'DISABLED',
  (key, _, now) => key.expiresAt !== null && now >= key.expiresAt && 'EXPIRED',
  (key) => !key.owner.enabled && 'OWNER_DISABLED',
  (key, _, now, policy) => rightsTooOld(key.owner, now, policy) && 'RIGHTS_TOO_OLD',
  (key, context, _, policy) => context.inUrl && !(policy.keysInUrl && key.allowKeyInUrl) && 'URL_NOT_ALLOWED',
  (key, context) => lacksContext(key, context) && 'CONTEXT_REQUIRED',
  (key, context) => !ipAllowed(key, context) && 'IP_NOT_ALLOWED',
  (key, context) => !refererAllowed(key, context) && 'REFERER_NOT_ALLOWED',
  (key, { audience }) =>
    key.audiences !== null && (!audience || !key.audiences.includes(audience)) && 'AUDIENCE_NOT_ALLOWED',
  (key, context) => !holdsAll(key, context.require ?? []) && 'INSUFFICIENT_RIGHTS',
];

/** Pure: the code of the first rule that refuses this key here and now, or undefined when all let it pass. */
export function decide(
  key: KeySnapshot,
  context: VerificationContext,
  now: number,
  policy: VerificationPolicy,
): RefusalCode | undefined {
  for (const rule of RULES) {
    const refused = rule(key, context, now, policy);
    if (refused) return refused;
  }
  return undefined;
}

/** The owner's roles now, cut down to those chosen for the key (none chosen: all). */
export function effectiveRoles(key: KeySnapshot): string[] {
  return key.owner.roles.filter((role) => key.roles === null || key.roles.includes(role));
}

function rightsTooOld(owner: OwnerSnapshot, now: number, policy: VerificationPolicy): boolean {
  if (!policy.lastSyncFailed) return false;
  return owner.rightsReadAt === null || now - owner.rightsReadAt > policy.maxStalenessSeconds * 1000;
}

function lacksContext(key: KeySnapshot, context: VerificationContext): boolean {
  if (key.allowedIps !== null && context.clientIp === undefined) return true;
  return (
    key.allowedReferers !== null && key.refererPolicy === 'always' && !context.origin && !context.referer
  );
}

const parsedRanges = new WeakMap<readonly string[], AddressRange[]>();

function ipAllowed(key: KeySnapshot, context: VerificationContext): boolean {
  if (key.allowedIps === null || context.clientIp === undefined) return true;
  let ranges = parsedRanges.get(key.allowedIps);
  if (!ranges) parsedRanges.set(key.allowedIps, (ranges = parseRanges(key.allowedIps)));
  return inRanges(context.clientIp, ranges);
}

function refererAllowed(key: KeySnapshot, context: VerificationContext): boolean {
  if (key.allowedReferers === null || key.refererPolicy === 'never') return true;
  const source = context.origin || context.referer;
  if (!source) return true;
  const host = hostOf(source);
  return (
    host !== undefined && key.allowedReferers.some((allowed) => hostMatches(host, allowed.toLowerCase()))
  );
}

function hostOf(source: string): string | undefined {
  return URL.canParse(source) ? new URL(source).hostname.toLowerCase() : undefined;
}

/** Whole hosts only: a substring or a suffix without its dot would let evil-example.org pass for example.org. */
function hostMatches(host: string, allowed: string): boolean {
  if (allowed.startsWith('*.')) return host.endsWith(allowed.slice(1)) && host.length > allowed.length - 1;
  return host === allowed;
}

function holdsAll(key: KeySnapshot, required: readonly Requirement[]): boolean {
  return required.every(({ kind, value }) => {
    if (kind === 'role') return effectiveRoles(key).includes(value);
    if (kind === 'group') return key.owner.groups.includes(value);
    return key.scopes?.includes(value) ?? false;
  });
}
