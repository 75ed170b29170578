import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS_FR } from './fr-problems.js';

interface Document {
  readonly paths: Record<string, Record<string, { responses?: Record<string, { description?: string }> }>>;
}

/** Codes that only a mistake of the page itself could be answered with, or that stand at the field they are about. */
const NOT_FOR_PEOPLE = [
  ...['INVALID_TOKEN', 'INVALID_REQUEST', 'INVALID_CURSOR', 'INVALID_IF_MATCH', 'INVALID_IDEMPOTENCY_KEY'],
  ...['IDEMPOTENCY_KEY_REUSED', 'JSON_REQUIRED'],
];

/** Of the routes that the pages call. */
function documentedCodes(): string[] {
  const { paths } = JSON.parse(readFileSync('test/contract/openapi.json', 'utf8')) as Document;
  const ofPages = Object.entries(paths).filter(([path]) =>
    /^\/v1\/(?:me|keys|policy|services|admin)\b/.test(path),
  );
  const responses = ofPages.flatMap(([, routes]) =>
    Object.values(routes).flatMap((route) => Object.entries(route.responses ?? {})),
  );
  const refusals = responses.filter(([status]) => Number(status) >= 400);
  const codes = refusals.flatMap(
    ([, { description = '' }]) => description.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [],
  );
  return [...new Set(codes)].filter((code) => !NOT_FOR_PEOPLE.includes(code)).sort();
}

describe('an error of the API', () => {
  it('is told in French, too', () => {
    const codes = documentedCodes();
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !PROBLEMS_FR[code])).toEqual([]);
  });
});
