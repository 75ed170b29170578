import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.js';

const HOLD = `require('node:net').createServer().listen(process.argv[1], () => process.stdout.write('held'))`;

describe('the lock of a folder', () => {
  let folder: string;
  let other: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-lock-'));
  });
  afterEach(() => {
    other?.kill('SIGKILL');
    other = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function heldByAnotherProcess(): Promise<ChildProcess> {
    const holder = spawn(process.execPath, ['-e', HOLD, join(folder, '.lock-00000000000000aa')]);
    other = holder;
    await once(holder.stdout!, 'data');
    return holder;
  }

  it('is refused while another process holds it, and nothing in the folder changes', async () => {
    await heldByAnotherProcess();
    const before = readdirSync(folder);
    await expect(lockFolder(folder)).rejects.toThrow(/in use by another process/);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is taken over from a process that was killed', async () => {
    const killed = await heldByAnotherProcess();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(readdirSync(folder)).toHaveLength(1);
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(/in use/);
    await unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never held twice, however many start at once', async () => {
    const killed = await heldByAnotherProcess();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const held = tries.filter((one) => one.status === 'fulfilled');
    expect(held.length).toBeLessThanOrEqual(1);
    await Promise.all(held.map((one) => one.value()));
    await (
      await lockFolder(folder)
    )();
  });

  it('holds for a folder whose path is too long for a socket', async () => {
    const deep = join(folder, 'd'.repeat(120));
    mkdirSync(deep);
    const unlock = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toThrow(/in use/);
    await unlock();
    expect(readdirSync(deep)).toEqual([]);
  });
});
