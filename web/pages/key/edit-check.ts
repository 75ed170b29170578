import type { Problem } from '../../api/call.js';
import type { OwnPolicy } from '../../api/types.js';
import type { Texts } from '../../texts/texts.js';
import { configError, isHost, isNetwork, isRate } from '../new-key/check.js';
import { changedFields, listIn } from './edit-draft.js';
import type { Draft } from './edit-draft.js';

export type Wrong = Partial<Record<keyof Draft, string>>;

type Check = (draft: Draft, t: Texts, policy: OwnPolicy | undefined) => string | undefined;

const METHOD = /^[a-z]{3,20}$/i;
const HOUR_MS = 3_600_000;

const inList =
  (name: 'allowedIps' | 'allowedReferers' | 'allowedMethods', isGood: (text: string) => boolean) =>
  (draft: Draft, say: (text: string) => string): string | undefined => {
    const wrong = listIn(draft[name])?.find((text) => !isGood(text));
    return wrong === undefined ? undefined : say(wrong);
  };

const networks = inList('allowedIps', isNetwork);
const hosts = inList('allowedReferers', isHost);
const methods = inList('allowedMethods', (text) => METHOD.test(text));

const needsOne =
  (name: 'roles' | 'audiences' | 'scopes'): Check =>
  (draft, t) =>
    draft[name]?.length === 0 ? t.key.edit.needsOne : undefined;

/** By the same measures as in the form of a new key. */
const CHECKS: Partial<Record<keyof Draft, Check>> = {
  name: ({ name }, t) => (name.trim() ? undefined : t.newKey.errors.name),
  ends: endError,
  never: endError,
  roles: needsOne('roles'),
  audiences: needsOne('audiences'),
  scopes: needsOne('scopes'),
  allowedIps: (draft, t) => networks(draft, t.newKey.errors.network),
  allowedReferers: (draft, t) => hosts(draft, t.newKey.errors.referer),
  allowedMethods: (draft, t) => methods(draft, t.key.edit.methodWrong),
  rateLimit: ({ rateLimit }, t) =>
    !rateLimit.trim() || isRate(rateLimit.trim()) ? undefined : t.newKey.errors.rate,
  config: ({ config }, t) => configError(config, t.newKey),
};

function endError({ ends, never }: Draft, t: Texts, policy: OwnPolicy | undefined): string | undefined {
  if (never) return undefined;
  const at = new Date(ends).getTime();
  if (Number.isNaN(at)) return t.key.edit.endMissing;
  if (at <= Date.now()) return t.key.edit.endOver;
  const latest = Date.now() + (policy?.maxTtlHours ?? Infinity) * HOUR_MS;
  return at > latest ? t.newKey.errors.tooLate : undefined;
}

/** What is wrong with what was changed; what the key has had so far is good as it is. */
export function wrongIn(before: Draft, draft: Draft, t: Texts, policy: OwnPolicy | undefined): Wrong {
  const wrong: Wrong = {};
  for (const name of changedFields(before, draft)) {
    const error = CHECKS[name]?.(draft, t, policy);
    if (error !== undefined) wrong[name === 'never' ? 'ends' : name] = error;
  }
  return wrong;
}

/** What the server alone could tell, at its field; all else stands at the head of the form. */
export function wrongBy(problem: Problem | undefined, t: Texts): Wrong {
  const { edit } = t.key;
  const byCode: Readonly<Record<string, Wrong>> = {
    ALREADY_OVER: { ends: edit.endOver },
    LIFETIME_TOO_LONG: { ends: t.newKey.errors.tooLate },
    NEVER_EXPIRES_NOT_ALLOWED: { ends: edit.neverForbidden },
    ROLE_NOT_HELD: { roles: edit.roleLost },
    CONFIG_TOO_LARGE: { config: t.newKey.errors.configSize },
  };
  return (problem && byCode[problem.code]) ?? {};
}
