import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('lets as much begin as there is room for, the rest in the order in which it came', async () => {
  let most = 2;
  const turns = new Turns(() => most);
  const begun: number[] = [];
  const enter = async (name: number) => (await turns.enter('a', 1000)) && begun.push(name);
  const all = [1, 2, 3, 4, 5].map(enter);
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
  expect(turns.enter('b', 0)).toBe(true);
  turns.leave('a');
  await all[2];
  expect(begun).toEqual([1, 2, 3]);
  most = 0;
  turns.leave('a');
  turns.leave('a');
  await all[3];
  expect(begun).toEqual([1, 2, 3, 4]);
  turns.leave('a');
  await all[4];
  turns.leave('a');
  turns.leave('b');
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

it('gives up on time, and whoever gave up keeps nobody waiting', async () => {
  const turns = new Turns(() => 1);
  expect(turns.enter('a', 0)).toBe(true);
  const impatient = turns.enter('a', 5);
  const patient = turns.enter('a', 1000);
  expect(await impatient).toBe(false);
  turns.leave('a');
  expect(await patient).toBe(true);
});
