import { describe, expect, it } from 'vitest';
import { printAware, printNaive, readPythonDatetime } from './python-datetime.js';

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
    '2030-01-02T',
    '2030-1-2',
  ])('refuses "%s"', (input) => {
    expect(readPythonDatetime(input)).toBeUndefined();
  });

  it('prints with six fractional digits or none', () => {
    expect(printNaive(new Date('2026-12-08T23:09:30.709Z'))).toBe('2026-12-08T23:09:30.709000');
    expect(printNaive(new Date('2026-12-08T23:09:30Z'))).toBe('2026-12-08T23:09:30');
    expect(printAware(new Date('2026-12-08T23:09:30.709Z'))).toBe('2026-12-08 23:09:30.709000+00:00');
  });
});
