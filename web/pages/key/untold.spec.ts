import { expect, it } from 'vitest';
import { isUntold } from './untold.js';

it.each([
  ['IP_NOT_ALLOWED', true, { clientIp: null, allowedIps: ['10.0.0.0/8'] }, true],
  ['IP_NOT_ALLOWED', true, { clientIp: '10.0.0.1', allowedIps: ['10.0.0.0/8'] }, false],
  ['IP_NOT_ALLOWED', true, { clientIp: null, allowedIps: null }, false],
  ['METHOD_NOT_ALLOWED', true, { method: null, allowedMethods: ['GET'] }, true],
  ['REFERER_NOT_ALLOWED', true, { referer: null, allowedReferers: ['x'] }, true],
  ['AUDIENCE_NOT_ALLOWED', false, { audience: null, audiences: ['tiles'] }, false],
  ['REVOKED', true, { revoked: false }, false],
])('says of %s that nobody told it only where that is so (%s, %j)', (code, passes, saw, expected) => {
  expect(isUntold({ code, passes, saw } as Parameters<typeof isUntold>[0])).toBe(expected);
});
