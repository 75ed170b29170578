import { expect, it } from 'vitest';
import { ended, part } from './parts.js';

it.each([
  ['laptop was lost', 'laptop was lost.'],
  ['why not?', 'why not?'],
  ['It was lost. ', 'It was lost. '],
])('ends a sentence once: %j', (sentence, expected) => {
  expect(ended(sentence)).toBe(expected);
});

it('says a part of a sentence where there is one, and something else where it is empty', () => {
  expect(part(' as ', undefined, ['x'])).toEqual([]);
  expect(part(' as ', 'reader', ['x'])).toEqual([' as ', 'reader']);
  expect(part(' as ', '', ['x'])).toEqual(['x']);
});
