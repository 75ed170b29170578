import type { Format } from '../../texts/format.js';
import type { Texts } from '../../texts/texts.js';
import { PERIOD_SECONDS } from '../../ui/periods.js';
import { inWords } from '../../ui/words.js';
import type { PolicyList } from './types.js';

type Policy = Pick<PolicyList['items'][number], 'setting' | 'value'>;

const HOUR_S = 3600;
const DAY_S = 86_400;
/** Of those that are a time: how many seconds one of them is. */
const SECONDS: Readonly<Record<string, number>> = {
  APIKM_DEFAULT_APIKEY_TTL_HOUR: HOUR_S,
  APIKM_MAX_APIKEY_TTL_HOUR: HOUR_S,
  APIKM_KEYCLOAK_SYNC_FREQ: 1,
  APIKM_SYNC_MAX_STALENESS: 1,
  APIKM_USAGE_RETENTION_DAYS: DAY_S,
  APIKM_UNUSED_DISABLE_DAYS: DAY_S,
};
const RATE = /^(\d+) per (\d+) (second|minute|hour|day|month)$/;

/** What holds, as one would say it in the language of the page. */
export function policyValue({ setting, value }: Policy, spoken: { t: Texts; f: Format }): string {
  const { policies: words } = spoken.t.admin;
  const seconds = SECONDS[setting];
  if (seconds !== undefined && typeof value === 'number') return spoken.f.period(value * seconds);
  if (typeof value === 'number') return spoken.f.number(value);
  if (Array.isArray(value) && value.length === 0) return words.none;
  if (typeof value !== 'string') return inWords(value, words.none, spoken);
  const named = words.values[`${setting}=${value}`];
  return named ?? spoken.f.list(value.split('; ').map((text) => rateInWords(text, spoken)));
}

/** "10 per 1 hour" as the server writes it; anything else as it is. */
function rateInWords(text: string, { t, f }: { t: Texts; f: Format }): string {
  const [, limit, many, period = ''] = RATE.exec(text) ?? [];
  const seconds = PERIOD_SECONDS[period];
  if (seconds === undefined) return text;
  return t.admin.policies.rate(f.number(Number(limit)), f.period(Number(many) * seconds));
}
