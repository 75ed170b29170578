import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printAware, printNaive, readPythonDatetime } from './python-datetime.js';

/** Input, what str() printed, microseconds since 1970; null where Python refused. */
const RECORDED = new URL('../../test/fixtures/predecessor/python-dates.json', import.meta.url);

describe("the predecessor's dates", () => {
  it.each([
    ['2030-01-02T03:04:05+02:00', '2030-01-02 03:04:05+02:00', '2030-01-02T01:04:05.000Z'],
    ['2030-06-01T00:00:00', '2030-06-01 00:00:00', '2030-06-01T00:00:00.000Z'],
    ['2031-06-01', '2031-06-01 00:00:00', '2031-06-01T00:00:00.000Z'],
    ['20310601', '2031-06-01 00:00:00', '2031-06-01T00:00:00.000Z'],
    ['2031-06-01 12:30', '2031-06-01 12:30:00', '2031-06-01T12:30:00.000Z'],
    ['2020-01-01T00:00:00Z', '2020-01-01 00:00:00+00:00', '2020-01-01T00:00:00.000Z'],
    ['2020-01-01T00:00:00.5-0330', '2020-01-01 00:00:00.500000-03:30', '2020-01-01T03:30:00.500Z'],
  ])('reads %s', (input, text, instant) => {
    const read = readPythonDatetime(input);
    expect([read?.text, read?.instant.toISOString()]).toEqual([text, instant]);
  });

  it.each([
    'tomorrow',
    '',
    '2030-02-30',
    '2030-13-01',
    '2030-01-02T25:00:00',
    '2030-01-02T03:04:05 02:00',
    '2030-W53',
    '2030-W01-8',
    '2030-01-02T03:04:05+24',
    '2030-01-02T',
    '2030-1-2',
  ])('refuses "%s"', (input) => {
    expect(readPythonDatetime(input)).toBeUndefined();
  });

  it.each([
    ['2030-W01-1', '2029-12-31 00:00:00'],
    ['2026-W53-7T10', '2027-01-03 10:00:00'],
    ['2030W011x030405,5+02', '2029-12-31 03:04:05.500000+02:00'],
    ['2030-01-02é03:04', '2030-01-02 03:04:00'],
    ['2030-01-02T03:04:05.1234567Z', '2030-01-02 03:04:05.123456+00:00'],
    ['2030-01-02T03:04:05 +02:00', '2030-01-02 03:04:05+02:00'],
  ])('reads the rarer form %s', (input, text) => {
    expect(readPythonDatetime(input)?.text).toBe(text);
  });

  it('are read and printed as CPython 3.11 did with these', () => {
    const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as [string, string | null, string | null][];
    const read = recorded.map(([input]) => {
      const date = readPythonDatetime(input);
      const micros = date && BigInt(date.instant.getTime()) * 1000n + BigInt(date.microseconds);
      return [input, date?.text ?? null, micros === undefined ? null : String(micros)];
    });
    expect(read).toEqual(recorded);
  });

  it('prints with six fractional digits or none', () => {
    expect(printNaive(new Date('2026-12-08T23:09:30.709Z'))).toBe('2026-12-08T23:09:30.709000');
    expect(printNaive(new Date('2026-12-08T23:09:30Z'))).toBe('2026-12-08T23:09:30');
    expect(printNaive(new Date('2026-12-08T23:09:30Z'), 1)).toBe('2026-12-08T23:09:30.000001');
    expect(printAware(new Date('2026-12-08T23:09:30.709Z'))).toBe('2026-12-08 23:09:30.709000+00:00');
  });
});
