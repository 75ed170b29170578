import type { Rule } from './types.js';

/** What a rule looks at, and the limit that it holds that to. */
const LOOKS_AT: Readonly<Record<string, readonly [what: string, limit: string]>> = {
  IP_NOT_ALLOWED: ['clientIp', 'allowedIps'],
  REFERER_NOT_ALLOWED: ['referer', 'allowedReferers'],
  METHOD_NOT_ALLOWED: ['method', 'allowedMethods'],
  AUDIENCE_NOT_ALLOWED: ['audience', 'audiences'],
};

/** It refuses nothing, for nobody told what its limit is about: that is no yes. */
export function isUntold({ code, passes, saw }: Pick<Rule, 'code' | 'passes' | 'saw'>): boolean {
  const [what, limit] = LOOKS_AT[code] ?? [];
  if (!passes || what === undefined || limit === undefined) return false;
  const { [what]: seen, [limit]: held } = saw as Record<string, unknown>;
  return (seen ?? null) === null && (held ?? null) !== null;
}
