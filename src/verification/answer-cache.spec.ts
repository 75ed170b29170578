import { describe, expect, it } from 'vitest';
import { AnswerCache } from './answer-cache.js';

describe('ready answers', () => {
  it('are made anew for another snapshot, and the old one is let go', () => {
    const ready = new AnswerCache<string>(10_000, (text) => text.length);
    const [first, second] = [{}, {}];
    expect(ready.of('id', first, () => 'one')).toBe('one');
    expect(ready.of('id', first, () => 'two')).toBe('one');
    expect(ready.of('id', second, () => 'three')).toBe('three');
    expect(ready.of('id', first, () => 'four')).toBe('four');
  });

  it('take no more than their bytes', () => {
    const ready = new AnswerCache<string>(10_000, (text) => text.length);
    const from = {};
    for (let i = 0; i < 20; i += 1) ready.of(`id ${i}`, from, () => 'x'.repeat(1000));
    let made = 0;
    for (let i = 19; i >= 0; i -= 1) ready.of(`id ${i}`, from, () => ((made += 1), 'x'.repeat(1000)));
    expect(made).toBeGreaterThan(12);
  });
});
