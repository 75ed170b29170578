import { expect, it } from 'vitest';
import { ReplicaMarks } from './replica-marks.js';

const at = (position: bigint) => async () => position;

async function marksAt(position: bigint): Promise<ReplicaMarks> {
  const marks = new ReplicaMarks();
  await marks.take(at(position));
  return marks;
}

it('believes nothing until the writer has said how far it is', async () => {
  const marks = new ReplicaMarks();
  expect([marks.lacksPosition, marks.reaches(1000n), marks.believes(1000n, 'key a')]).toEqual([
    true,
    false,
    false,
  ]);
  await marks.take(at(100n));
  expect([marks.lacksPosition, marks.believes(99n, 'key a'), marks.believes(100n, 'key a')]).toEqual([
    ...[false, false, true],
  ]);
});

it('believes of what changed nothing older than the change, and of the rest what it did', async () => {
  const marks = await marksAt(100n);
  marks.doubt('key a');
  expect([marks.believes(500n, 'key a'), marks.believes(100n, 'key b')]).toEqual([false, true]);
  await marks.take(at(200n));
  expect([
    marks.believes(199n, 'key a'),
    marks.believes(200n, 'key a'),
    marks.believes(100n, 'key b'),
  ]).toEqual([...[false, true, true]]);
});

it('takes no position from before a change for it, nor one from before a gap', async () => {
  const marks = await marksAt(100n);
  marks.doubt('key a');
  await marks.take(async () => {
    marks.doubt('key b');
    marks.doubt('key a');
    return 200n;
  });
  expect([marks.believes(900n, 'key a'), marks.believes(900n, 'key b'), marks.lacksPosition]).toEqual([
    ...[false, false, true],
  ]);
  await marks.take(async () => {
    expect(marks.believes(900n, 'key b')).toBe(false);
    marks.doubtAll();
    return 300n;
  });
  expect([marks.believes(900n, 'key c'), marks.lacksPosition]).toEqual([false, true]);
  await marks.take(at(400n));
  expect([marks.believes(399n, 'key c'), marks.believes(400n, 'key b')]).toEqual([false, true]);
});

it('keeps what changed for the next try when the writer could not be asked', async () => {
  const marks = await marksAt(100n);
  marks.doubt('owner a');
  await expect(marks.take(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect([marks.believes(900n, 'owner a'), marks.lacksPosition]).toEqual([false, true]);
});

it('demands of another replica what one has reached', async () => {
  const marks = await marksAt(100n);
  marks.doubt('key a');
  await marks.take(at(200n));
  marks.settle(199n);
  expect(marks.believes(150n, 'key b')).toBe(true);
  marks.settle(250n);
  expect([
    marks.believes(150n, 'key a'),
    marks.believes(150n, 'key b'),
    marks.believes(200n, 'key a'),
  ]).toEqual([...[false, false, true]]);
});

it('demands from time to time that everything is as far as the writer', async () => {
  const marks = await marksAt(100n);
  await marks.take(at(300n), true);
  expect([marks.believes(299n, 'key a'), marks.believes(300n, 'key a')]).toEqual([false, true]);
});

it('makes one of more changes than it remembers', async () => {
  const marks = await marksAt(100n);
  for (let i = 0; i <= 10_000; i += 1) marks.doubt(`key ${i}`);
  expect(marks.believes(900n, 'another')).toBe(false);
  await marks.take(at(200n));
  expect([marks.believes(199n, 'another'), marks.believes(200n, 'key 1')]).toEqual([false, true]);
});
