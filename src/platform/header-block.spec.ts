import { describe, expect, it } from 'vitest';
import { HeaderBlock } from './header-block.js';

describe('a block of headers', () => {
  it('is written as it is sent, a line for each value', () => {
    const { text } = new HeaderBlock(['A', 'one', 'B', ['two', 'thr\xe9e'], 'C', '']);
    expect(text).toBe('A: one\r\nB: two\r\nB: thr\xe9e\r\nC: \r\n');
  });

  it.each(['a\r\nSet-Cookie: b', 'a\nb', 'a\rb', 'a\0b', 'a\x7fb', '✓'])('takes no %j', (value) => {
    expect(() => new HeaderBlock(['A', value])).toThrow(TypeError);
    expect(() => new HeaderBlock(['A', ['fine', value]])).toThrow(TypeError);
  });
});
