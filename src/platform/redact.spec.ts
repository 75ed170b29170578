import { describe, expect, it } from 'vitest';
import { maskKeys, redactUrl } from './redact.js';

const KEY = 'akm_HAo92Y09vdusPhLUTIZ5sLGP2XhVXzCJ3dyAar';
const UUID = '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d';
const encoded = (text: string): string =>
  [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');

describe('a URL in a log line', () => {
  it.each([
    [`/auth/check_key?api-key=${KEY}`, '/auth/check_key?api-key=[key]'],
    [`/auth/check_key?api-key=${UUID}&x=1`, '/auth/check_key?api-key=[key]&x=1'],
    [`/auth/check_key?api%2Dkey=short`, '/auth/check_key?api-key=[key]'],
    [`/auth/check_key?%61pi-key=short`, '/auth/check_key?api-key=[key]'],
    [`/k/${KEY}/auth/check_key`, '/k/[key]/auth/check_key'],
    ['/apikm/k/anything/auth/check_key', '/apikm/k/[key]/auth/check_key'],
    [`/v1/keys/${KEY}`, '/v1/keys/[key]'],
    [`/x/${UUID}`, '/x/[key]'],
    ['/auth/callback?code=secret&state=s', '/auth/callback?code=[key]&state=[key]'],
    ['/auth/callback?session_state=s1&code=c', '/auth/callback?session_state=[key]&code=[key]'],
    ['/x?access_token=a&id_token=b#c', '/x?access_token=[key]&id_token=[key]#c'],
    [`/x?y=${encoded(KEY)}`, '/x?y=[key]'],
    [`/%6B/${KEY}/x`, '/k/[key]/x'],
    ['/v1/keys?limit=5', '/v1/keys?limit=5'],
    ['/x?bad=%zz%', '/x?bad=%zz%'],
  ])('%s becomes %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

it('masks a key in the middle of a sentence', () => {
  expect(maskKeys(`no ${KEY}, please`)).toBe('no [key], please');
});
