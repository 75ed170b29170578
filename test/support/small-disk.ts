import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(2 ** 16);

/** A file system in memory that can be filled; only root may make one. */
export class SmallDisk {
  private constructor(private readonly mountedAt: string) {}

  /** On it, for whoever removes the folder that it was given. */
  get folder(): string {
    return join(this.mountedAt, 'used');
  }

  /** @returns undefined: it may not be mounted here */
  static make(megabytes: number): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    if (mounted.status === 0) {
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, 'used'));
      return new SmallDisk(folder);
    }
    rmSync(folder, { recursive: true });
    return undefined;
  }

  /** To the last byte. */
  fill(): void {
    const file = openSync(this.filler, 'w');
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.filler, { force: true });
  }

  remove(): void {
    spawnSync('umount', [this.mountedAt]);
    rmSync(this.mountedAt, { recursive: true, force: true });
  }

  private get filler(): string {
    return join(this.mountedAt, 'filler');
  }
}
