import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.js';

const CONTROL_GROUPS = '/sys/fs/cgroup';
const OWN_GROUP = '/proc/self/cgroup';

/** How many processes are to serve. */
export const workersIn = ({ workers }: Pick<Config, 'workers'>): number =>
  workers === 'auto' ? availableCores() : workers;

/**
 * Cores that this process may keep busy: those that it may run on, and no more than its control group's quota of CPU
 * time (cgroup v2) comes to, which a container's limit is. Node reads that itself in its later versions only.
 */
const availableCores = (): number =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(quotaOf(textOf(OWN_GROUP), CONTROL_GROUPS))));

/** Of the group and of all above it the smallest, in cores. @param groups as /proc/self/cgroup has them */
export function quotaOf(groups: string | undefined, root: string): number {
  const path = /^0::(\/.*)$/m.exec(groups ?? '')?.[1] ?? '/';
  let quota = Infinity;
  for (let group = path; ; group = dirname(group)) {
    quota = Math.min(quota, coresIn(textOf(join(root, group, 'cpu.max'))));
    if (group === '/') return quota;
  }
}

/** `150000 100000`: microseconds of CPU time in every period of so many; `max 100000`: no limit. */
function coresIn(limit: string | undefined): number {
  const [, most, period] = /^(\d+) (\d+)/.exec(limit ?? '') ?? [];
  return most === undefined ? Infinity : Number(most) / Number(period);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
