import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quotaOf } from './cores.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'apikm-cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const limit = (group: string, text: string): void => {
  mkdirSync(join(root, group), { recursive: true });
  writeFileSync(join(root, group, 'cpu.max'), `${text}\n`);
};

it.each([
  ['of a container, which sees its own group at the top', '0::/\n', { '/': '200000 100000' }, 2],
  ['that is a fraction', '0::/\n', { '/': '150000 100000' }, 1.5],
  ['of a service', '0::/system.slice/a.service\n', { '/system.slice/a.service': '300000 100000' }, 3],
  [
    'of a group above it, where that is smaller',
    '0::/slice/service\n',
    { '/slice': '100000 50000', '/slice/service': '400000 100000' },
    2,
  ],
  ['where none is set', '0::/\n', { '/': 'max 100000' }, Infinity],
  ['where there is no such file', '1:cpu:/\n0::/\n', {}, Infinity],
  ['beside groups of the first version', '4:memory:/x\n0::/\n', { '/': '400000 100000' }, 4],
])('reads the quota %s', (_, own, limits, cores) => {
  for (const [group, text] of Object.entries(limits)) limit(group, text);
  expect(quotaOf(own, root)).toBe(cores);
});
