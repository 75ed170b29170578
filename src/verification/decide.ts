import { inRanges } from '../platform/client-address.js';
import { isTooOld } from '../owners/current.js';
import type { DecidedCode, Key } from './outcome.js';

/** What the request brings besides the key. */
export interface VerificationContext {
  readonly inUrl: boolean;
  readonly clientIp?: string;
  readonly origin?: string;
  readonly referer?: string;
  /** By everybody who tells it: several may, and then each of them has to be allowed. None: it isn't known. */
  readonly methods?: readonly string[];
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

/** Whether it refuses. */
type Rule = (key: Key, context: VerificationContext, now: number, policy: VerificationPolicy) => boolean;

/** In the contract's order, by the code that each refuses with. A code without a rule doesn't compile. */
const RULES: Readonly<Record<DecidedCode, Rule>> = {
  REVOKED: (key) => key.revoked,
  DISABLED: (key) => !key.enabled,
  EXPIRED: (key, _, now) => key.expiresAt !== null && now >= key.expiresAt,
  OWNER_DISABLED: (key) => !key.owner.enabled,
  RIGHTS_TOO_OLD: ({ owner }, _, now, { lastSyncFailed, maxStalenessSeconds }) =>
    lastSyncFailed && isTooOld(owner.rightsReadAt, now, maxStalenessSeconds),
  URL_NOT_ALLOWED: ({ limits }, { inUrl }, _, { keysInUrl }) => inUrl && !(keysInUrl && limits.allowKeyInUrl),
  CONTEXT_REQUIRED: (key, context) => lacksContext(key, context),
  IP_NOT_ALLOWED: ({ limits: { allowedIps } }, { clientIp }) =>
    allowedIps !== null && clientIp !== undefined && !inRanges(clientIp, allowedIps),
  REFERER_NOT_ALLOWED: (key, context) => !refererAllowed(key, context),
  METHOD_NOT_ALLOWED: ({ limits: { allowedMethods } }, { methods = [] }) =>
    allowedMethods !== null && !methods.every((method) => methodAllowed(method, allowedMethods)),
  AUDIENCE_NOT_ALLOWED: ({ limits: { audiences } }, { audience }) =>
    audiences !== null && (!audience || !audiences.includes(audience)),
  INSUFFICIENT_RIGHTS: (key, { require }) => require !== undefined && !holdsAll(key, require),
};

const IN_ORDER = Object.entries(RULES).map(([code, refuses]) => ({ code: code as DecidedCode, refuses }));

/** Pure: the code of the first rule that refuses this key here and now, or undefined when all let it pass. */
export function decide(
  key: Key,
  context: VerificationContext,
  now: number,
  policy: VerificationPolicy,
): DecidedCode | undefined {
  for (const rule of IN_ORDER) if (rule.refuses(key, context, now, policy)) return rule.code;
  return undefined;
}

/** What each rule says of it, in their order: for the owner, who may know more than the first that refuses. */
export const judgements = (
  key: Key,
  context: VerificationContext,
  now: number,
  policy: VerificationPolicy,
): { readonly code: DecidedCode; readonly refuses: boolean }[] =>
  IN_ORDER.map(({ code, refuses }) => ({ code, refuses: refuses(key, context, now, policy) }));

/** The owner's roles now, cut down to those chosen for the key (none chosen: all). */
export function effectiveRoles({ owner, limits: { roles } }: Key): string[] {
  return owner.roles.filter((role) => roles === null || roles.includes(role));
}

/** Nobody can say whether a limit is kept that nobody tells the circumstances of. */
const lacksContext = ({ limits }: Key, context: VerificationContext): boolean =>
  (limits.allowedIps !== null && context.clientIp === undefined) ||
  (limits.allowedMethods !== null && !context.methods?.length) ||
  (limits.allowedReferers !== null && limits.refererPolicy === 'always' && !sourceOf(context));

const sourceOf = ({ origin, referer }: VerificationContext): string | undefined => origin || referer;

function refererAllowed({ limits }: Key, context: VerificationContext): boolean {
  if (limits.allowedReferers === null || limits.refererPolicy === 'never') return true;
  const source = sourceOf(context);
  if (!source) return true;
  const host = hostOf(source);
  return host !== undefined && limits.allowedReferers.some((allowed) => hostMatches(host, allowed));
}

function hostOf(source: string): string | undefined {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  // A page is served: javascript://host/ and file://host/ name a host that served nothing.
  return url && /^https?:$/.test(url.protocol) ? url.hostname.toLowerCase() : undefined;
}

/** Whole hosts only: a substring or a suffix without its dot would let evil-example.org pass for example.org. */
function hostMatches(host: string, allowed: string): boolean {
  if (allowed.startsWith('*.')) return host.endsWith(allowed.slice(1)) && host.length > allowed.length - 1;
  return host === allowed;
}

/** Who may read a thing may ask what it would get (RFC 9110, 9.3.2): GDAL does so before every file. */
const methodAllowed = (method: string, allowed: readonly string[]): boolean =>
  allowed.includes(method) || (method === 'HEAD' && allowed.includes('GET'));

function holdsAll(key: Key, required: readonly Requirement[]): boolean {
  const held = { role: effectiveRoles(key), group: key.owner.groups, scope: key.limits.scopes ?? [] };
  return required.every(({ kind, value }) => held[kind].includes(value));
}
