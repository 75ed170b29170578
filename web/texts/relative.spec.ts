import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distance } from './relative.js';

const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'Europe/Paris';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** Local times of the zone. */
const between = (now: string, at: string) => distance(new Date(at), new Date(now));

describe('how far away an instant is', () => {
  it.each([
    ['2026-11-29T16:00', '2026-11-29T16:00', 0, 'second'],
    ['2026-11-29T16:00', '2026-11-29T16:30', 30, 'minute'],
    ['2026-11-29T23:50', '2026-11-30T00:10', 20, 'minute'],
    ['2026-11-29T16:00', '2026-11-30T02:00', 10, 'hour'],
    ['2026-11-29T16:00', '2026-11-28T17:00', -23, 'hour'],
    ['2026-11-29T16:00', '2026-11-30T16:00', 1, 'day'],
  ])('is told by the clock below a day: from %s to %s', (now, at, amount, unit) => {
    expect(between(now, at)).toEqual([amount, unit]);
  });

  it.each([
    ['2026-11-29T10:00', '2026-11-30T23:59', 1],
    ['2026-11-29T23:00', '2026-12-01T00:30', 2],
    ['2026-11-29T01:00', '2026-11-30T23:59', 1],
    ['2026-11-29T00:10', '2026-11-27T23:50', -2],
    ['2026-11-29T23:50', '2026-11-28T00:10', -1],
    ['2026-11-29T12:00', '2026-12-29T12:00', 30],
  ])('is a day of the calendar from there on: from %s to %s', (now, at, days) => {
    expect(between(now, at)).toEqual([days, 'day']);
  });

  it.each([
    // 25 hours long, and 23.
    ['2026-10-25T00:10', '2026-10-25T23:50', 25, 'hour'],
    ['2026-10-24T23:50', '2026-10-26T00:10', 2, 'day'],
    ['2026-03-28T22:00', '2026-03-29T23:00', 1, 'day'],
    ['2026-03-28T23:00', '2026-03-30T00:00', 2, 'day'],
  ])('keeps the day where the clocks change: from %s to %s', (now, at, amount, unit) => {
    expect(between(now, at)).toEqual([amount, unit]);
  });

  it.each([
    ['2026-11-29T12:00', '2027-02-28T12:00', 3, 'month'],
    ['2026-11-29T12:00', '2027-11-29T12:00', 1, 'year'],
    ['2026-11-29T12:00', '2028-04-12T12:00', 16, 'month'],
    ['2026-11-29T12:00', '2025-06-29T12:00', -17, 'month'],
    ['2026-11-29T12:00', '2028-11-29T12:00', 2, 'year'],
    ['2026-11-29T12:00', '2031-06-29T12:00', 5, 'year'],
  ])('says no year that is none: from %s to %s', (now, at, amount, unit) => {
    expect(between(now, at)).toEqual([amount, unit]);
  });
});
