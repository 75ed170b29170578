import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readRateLimits } from '../../../src/config/values.js';
import { en } from '../../texts/en.js';
import { formatFor } from '../../texts/format.js';
import { fr } from '../../texts/fr.js';
import { policyValue } from './policy-value.js';

beforeAll(() => vi.stubGlobal('window', { navigator: { languages: [] } }));
afterAll(() => vi.unstubAllGlobals());

it.each([
  ['APIKM_DEFAULT_APIKEY_TTL_HOUR', 360, '15 days', '15 jours'],
  ['APIKM_MAX_APIKEY_TTL_HOUR', null, 'None', 'Aucun'],
  ['APIKM_KEYCLOAK_SYNC_FREQ', 300, '5 minutes', '5 minutes'],
  ['APIKM_SYNC_MAX_STALENESS', 86_400, '1 day', '1 jour'],
  ['APIKM_USAGE_RETENTION_DAYS', 400, '400 days', '400 jours'],
  [
    'APIKM_RATE_LIMIT',
    '20 per 1 minute; 5000 per 2 day',
    '20 in 1 minute and 5,000 in 2 days',
    '20 en 1 minute et 5 000 en 2 jours',
  ],
  ['APIKM_CREATE_RATE', '7 per 1 month', '7 in 30 days', '7 en 30 jours'],
  ['APIKM_CREATE_RATE', '7 a fortnight', '7 a fortnight', '7 a fortnight'],
  ['APIKM_NEVER_EXPIRES', 'all', 'Everybody', 'Tout le monde'],
  ['APIKM_NEVER_EXPIRES', 'role:robots', 'role:robots', 'role:robots'],
  ['APIKM_RATE_LIMIT_COUNTS', 'failures', 'Refused ones alone', 'Les refusées seulement'],
  ['APIKM_MAX_KEYS_PER_USER', 1000, '1,000', '1 000'],
  ['APIKM_KEY_HEADERS', ['x-api-key'], 'x-api-key', 'x-api-key'],
  ['APIKM_OAUTH2_ATTRIBUTES', [], 'None', 'Aucun'],
])('says a policy in words of the language: %s=%j', (setting, value, english, french) => {
  const policy = { setting, value };
  expect(policyValue(policy, { t: en, f: formatFor('en', '') })).toBe(english);
  // It groups digits by a narrow space that does not break.
  const said = policyValue(policy, { t: fr, f: formatFor('fr', '') });
  expect(said.replace(/[\u202F\u00A0]/g, ' ')).toBe(french);
});

it.each(['second', 'minute', 'hour', 'day', 'month'])(
  'knows a rate per %s as the server writes it',
  (unit) => {
    const { label, windowSeconds } = readRateLimits(`7/${unit}`)![0]!;
    const f = formatFor('en', '');
    const said = policyValue({ setting: 'APIKM_CREATE_RATE', value: label }, { t: en, f });
    expect(said).toBe(en.admin.policies.rate('7', f.period(windowSeconds)));
  },
);
