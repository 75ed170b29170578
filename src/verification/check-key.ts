import { jsonAnswer } from './answer.js';
import type { Answer } from './answer.js';
import { effectiveRoles } from './decide.js';
import type { KeySnapshot } from './decide.js';
import type { Outcome, Refused } from './outcome.js';

/** The two sentences that the predecessor's clients know. */
export const LEGACY_MISSING = 'An API key must be passed as query or header';
export const LEGACY_REFUSED = 'Wrong, revoked, or expired API key.';
const TOO_OLD = 'The rights of the owner could not be confirmed for too long. Try again in a moment.';
const RETRY_SECONDS = 30;

const MISSING = jsonAnswer(403, { detail: LEGACY_MISSING });
const REFUSED = jsonAnswer(403, { detail: LEGACY_REFUSED });
const UNCONFIRMED = jsonAnswer(503, { detail: TOO_OLD }, undefined, ['Retry-After', String(RETRY_SECONDS)]);

const ready = new WeakMap<KeySnapshot, Answer>();

/** GET /auth/check_key, to the letter of the predecessor; made once for each snapshot of a key. */
export function checkKeyAnswer(outcome: Outcome, attributes: readonly string[]): Answer {
  if (!outcome.valid) return refusal(outcome);
  let answer = ready.get(outcome.key);
  if (!answer) ready.set(outcome.key, (answer = jsonAnswer(200, legacyBody(outcome.key, attributes))));
  return answer;
}

function refusal({ code, rate }: Refused): Answer {
  switch (code) {
    case 'MISSING':
      return MISSING;
    case 'RIGHTS_TOO_OLD':
      return UNCONFIRMED;
    case 'RATE_LIMITED':
      return throttledAnswer(`Rate limit exceeded: ${rate!.label}`, rate!.retryAfterSeconds);
    default:
      return REFUSED;
  }
}

/** As the predecessor's limiter answered. */
export const throttledAnswer = (sentence: string, retryAfterSeconds: number): Answer =>
  jsonAnswer(429, { error: sentence, detail: sentence }, undefined, [
    'Retry-After',
    String(retryAfterSeconds),
  ]);

function legacyBody(key: KeySnapshot, attributes: readonly string[]) {
  const { id, login } = key.owner;
  return {
    user_id: id,
    user_login: login,
    iam_roles: effectiveRoles(key),
    config: mergedConfig(key, attributes),
  };
}

/** The key's own config overlaid by the owner's attributes: the identity provider wins, a missing one is null. */
export function mergedConfig(key: KeySnapshot, attributes: readonly string[]): Record<string, unknown> {
  const named = attributes.map((name) => [name, key.owner.attributes[name] ?? null]);
  return { ...key.config, ...Object.fromEntries(named) };
}
