import { jsonAnswer } from './answer.js';
import type { Answer } from './answer.js';
import { effectiveRoles } from './decide.js';
import type { KeySnapshot } from './decide.js';
import { UNTOLD } from './outcome.js';
import type { Outcome, Refused, Untold } from './outcome.js';
import { Ready } from './ready.js';

/** The two sentences that the predecessor's clients know. */
const LEGACY_MISSING = 'An API key must be passed as query or header';
export const LEGACY_REFUSED = 'Wrong, revoked, or expired API key.';

const MISSING = jsonAnswer(403, { detail: LEGACY_MISSING });
const REFUSED = jsonAnswer(403, { detail: LEGACY_REFUSED });

const MOST_BYTES = 16 * 2 ** 20;
const ready = new Ready<Answer>(MOST_BYTES, ({ body }) => body.length);

/** GET /auth/check_key, to the letter of the predecessor; made once for all keys that it is the same for. */
export function checkKeyAnswer(outcome: Outcome, attributes: readonly string[]): Answer {
  if (!outcome.valid) return refusal(outcome);
  const { key } = outcome;
  const isOwnersAlone = key.roles === null && Object.keys(key.config).length === 0;
  const make = (): Answer => jsonAnswer(200, legacyBody(key, attributes));
  return isOwnersAlone ? ready.of(key.owner.id, key.owner, make) : ready.of(key.digest, key, make);
}

function refusal({ code, rate }: Refused): Answer {
  switch (code) {
    case 'MISSING':
      return MISSING;
    case 'RIGHTS_TOO_OLD':
    case 'LOOKUP_UNAVAILABLE':
      return untold(UNTOLD[code]);
    case 'RATE_LIMITED':
      return throttledAnswer(`Rate limit exceeded: ${rate!.label}`, rate!.retryAfterSeconds);
    default:
      return REFUSED;
  }
}

const untold = ({ sentence, retryAfterSeconds }: Untold): Answer =>
  later(503, { detail: sentence }, retryAfterSeconds);

let lastThrottled = { sentence: '', seconds: 0, answer: REFUSED };

/** As the predecessor's limiter answered. Who is blocked asks often, so the last answer is kept. */
export function throttledAnswer(sentence: string, seconds: number): Answer {
  if (lastThrottled.sentence !== sentence || lastThrottled.seconds !== seconds) {
    const answer = later(429, { error: sentence, detail: sentence }, seconds);
    lastThrottled = { sentence, seconds, answer };
  }
  return lastThrottled.answer;
}

const later = (status: number, body: object, seconds: number): Answer =>
  jsonAnswer(status, body, undefined, ['Retry-After', String(seconds)]);

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
