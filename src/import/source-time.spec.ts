import { describe, expect, it } from 'vitest';
import { instantOf } from './source-time.js';

describe('a date of the source', () => {
  it.each([
    ['2026-12-08 23:10:35.674602', 'UTC', '2026-12-08T23:10:35.674602Z'],
    ['2026-11-23T23:10:35.69904', 'UTC', '2026-11-23T23:10:35.699040Z'],
    ['2031-06-01 00:00:00', 'UTC', '2031-06-01T00:00:00.000000Z'],
    ['2031-06-01', 'UTC', '2031-06-01T00:00:00.000000Z'],
    ['2030-01-02T03:04:05+02:00', 'Europe/Paris', '2030-01-02T01:04:05.000000Z'],
    ['2030-01-02 03:04:05-03', 'UTC', '2030-01-02T06:04:05.000000Z'],
    ['2026-11-24 00:11:00', 'Europe/Paris', '2026-11-23T23:11:00.000000Z'],
    ['2026-07-01 00:30:00.5', 'Europe/Paris', '2026-06-30T22:30:00.500000Z'],
    ['2026-01-01 00:00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00.000000Z'],
    ['9999-12-31 23:59:59.999999', 'America/New_York', '9999-12-31T23:59:59.999999Z'],
    ['0001-01-01 00:00:00', 'Asia/Tokyo', '0001-01-01T00:00:00.000000Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(instantOf(text, zone)).toBe(expected);
  });

  it('in the hour that comes twice is the second one, so that no key ends early', () => {
    expect(instantOf('2026-10-25 02:30:00', 'Europe/Paris')).toBe('2026-10-25T01:30:00.000000Z');
    expect(instantOf('2026-11-01 01:30:00', 'America/New_York')).toBe('2026-11-01T06:30:00.000000Z');
  });

  it('in the hour that is left out counts on from before it', () => {
    expect(instantOf('2026-03-29 02:30:00', 'Europe/Paris')).toBe('2026-03-29T01:30:00.000000Z');
  });

  it.each(['', 'soon', '2026-02-30 00:00:00', '2026-13-01', '10000-01-01 00:00:00', '2026-01-01 24:00:00'])(
    '"%s" is none',
    (text) => {
      expect(instantOf(text, 'UTC')).toBeUndefined();
    },
  );
});
