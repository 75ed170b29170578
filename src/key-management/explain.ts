import { effectiveRoles } from '../verification/decide.js';
import type { VerificationContext } from '../verification/decide.js';
import { writeRequirements } from '../verification/requirements.js';
import type { Judged } from '../verification/verification.service.js';
import type { ExplanationDto, RuleDto } from './explain.dto.js';

type Code = Judged['rules'][number]['code'];

interface Told {
  /** What has to be so, as the owner reads it. */
  readonly rule: string;
  /** What it is judged by. */
  readonly saw: (judged: Judged, context: VerificationContext, at: Date) => Record<string, unknown>;
}

/** Every rule in words; one that is missing doesn't compile. */
const TOLD: Readonly<Record<Code, Told>> = {
  REVOKED: { rule: 'The key is not revoked.', saw: ({ key }) => ({ revoked: key.revoked }) },
  DISABLED: { rule: 'The key is switched on.', saw: ({ key }) => ({ enabled: key.enabled }) },
  EXPIRED: {
    rule: 'The key has not expired.',
    saw: ({ key }, _, at) => ({ expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt), at }),
  },
  OWNER_DISABLED: {
    rule: 'The owner is enabled in the identity provider.',
    saw: ({ key: { owner } }) => ({ owner: owner.login ?? owner.id, enabled: owner.enabled }),
  },
  RIGHTS_TOO_OLD: {
    rule: 'The owner’s rights were confirmed not too long ago, or the synchronisation works.',
    saw: ({ key: { owner }, policy }) => ({
      rightsReadAt: owner.rightsReadAt === null ? null : new Date(owner.rightsReadAt),
      maxStalenessSeconds: policy.maxStalenessSeconds,
      lastSyncFailed: policy.lastSyncFailed,
    }),
  },
  URL_NOT_ALLOWED: {
    rule: 'The key may be sent in a URL, or was not sent in one.',
    saw: ({ key, policy }, { inUrl }) => ({
      inUrl,
      allowKeyInUrl: key.limits.allowKeyInUrl,
      allowedHere: policy.keysInUrl,
    }),
  },
  CONTEXT_REQUIRED: {
    rule: 'The request has all information that the limits of the key need.',
    saw: (judged, context) => ({ needed: neededFor(judged), ...said(context) }),
  },
  IP_NOT_ALLOWED: {
    rule: 'The address is in allowedIps.',
    saw: ({ key }, { clientIp }) => ({
      clientIp: clientIp ?? null,
      allowedIps: key.limits.allowedIps?.map(([base, bits]) => `${base.toString()}/${bits}`) ?? null,
    }),
  },
  REFERER_NOT_ALLOWED: {
    rule: 'The page is of a host in allowedReferers.',
    saw: ({ key: { limits } }, { origin, referer }) => ({
      referer: origin ?? referer ?? null,
      allowedReferers: limits.allowedReferers,
      refererPolicy: limits.refererPolicy,
    }),
  },
  METHOD_NOT_ALLOWED: {
    rule: 'The method is in allowedMethods.',
    saw: ({ key }, { methods }) => ({
      method: methods?.[0] ?? null,
      allowedMethods: key.limits.allowedMethods,
    }),
  },
  AUDIENCE_NOT_ALLOWED: {
    rule: 'The key is for the application that asks.',
    saw: ({ key }, { audience }) => ({ audience: audience ?? null, audiences: key.limits.audiences }),
  },
  INSUFFICIENT_RIGHTS: {
    rule: 'The key has everything that is required.',
    saw: ({ key }, { require = [] }) => ({
      require: writeRequirements(require),
      roles: effectiveRoles(key),
      groups: key.owner.groups,
      scopes: key.limits.scopes ?? [],
    }),
  },
  RATE_LIMITED: {
    rule: 'The key has not exceeded its own rate limit.',
    saw: ({ key, uses }) => ({ rateLimit: key.limits.rateLimit, uses }),
  },
};

function neededFor({ key: { limits } }: Judged): string[] {
  const needed = [];
  if (limits.allowedIps) needed.push('clientIp');
  if (limits.allowedReferers && limits.refererPolicy === 'always') needed.push('referer');
  if (limits.allowedMethods) needed.push('method');
  return needed;
}

const said = ({ clientIp, origin, referer, methods }: VerificationContext) => ({
  clientIp: clientIp ?? null,
  referer: origin ?? referer ?? null,
  method: methods?.[0] ?? null,
});

/** Every rule, with what it saw; the first that refuses decides. */
export function explained(judged: Judged, context: VerificationContext, at: Date): ExplanationDto {
  const rules = judged.rules.map(({ code, refuses }): RuleDto => {
    const { rule, saw } = TOLD[code];
    return { code, rule, passes: !refuses, saw: saw(judged, context, at) };
  });
  const decided = rules.find(({ passes }) => !passes);
  return { valid: !decided, code: decided?.code ?? 'VALID', decidedBy: decided?.rule ?? null, at, rules };
}
