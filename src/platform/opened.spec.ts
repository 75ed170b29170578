import { describe, expect, it } from 'vitest';
import { opened } from './opened.js';

async function* parts(count: number, failsAt = Infinity): AsyncGenerator<number, void> {
  for (let i = 0; i < count; i += 1) {
    if (i === failsAt) throw new Error('away');
    await Promise.resolve();
    yield i;
  }
}

async function all(given: AsyncIterable<number>): Promise<number[]> {
  const found = [];
  for await (const part of given) found.push(part);
  return found;
}

describe('what is sent in parts', () => {
  it.each([0, 1, 3])('is the same %i parts', async (count) => {
    expect(await all(await opened(parts(count)))).toEqual([...Array(count).keys()]);
  });

  it('fails before anything of it is given, where its first part does', async () => {
    await expect(opened(parts(3, 0))).rejects.toThrow('away');
    await expect(all(await opened(parts(3, 2)))).rejects.toThrow('away');
  });
});
