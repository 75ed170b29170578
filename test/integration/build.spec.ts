import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const PARTS = [
  'src',
  'web',
  'scripts',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

describe('a build', () => {
  let checkout: string;
  let main: string;
  beforeAll(() => {
    checkout = mkdtempSync(join(tmpdir(), 'apikm-build-'));
    main = join(checkout, 'dist', 'main.js');
    for (const part of [...PARTS, 'tsconfig.build.json'])
      cpSync(join(ROOT, part), join(checkout, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    expect(spawnSync('npm', ['run', 'build', '--silent'], { cwd: checkout }).status).toBe(0);
  });
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  it('is left out when nothing has changed since', () => {
    const before = statSync(main).ino;
    expect(spawnSync('npm', ['run', 'build', '--silent'], { cwd: checkout }).status).toBe(0);
    expect(statSync(main).ino).toBe(before);
  });

  it('leaves the one before whole until it is done', async () => {
    const before = statSync(main).ino;
    appendFileSync(join(checkout, 'src', 'entities.ts'), '\n');
    const build = spawn(process.execPath, ['scripts/build.mjs'], { cwd: checkout });
    let missing = 0;
    while (build.exitCode === null) {
      missing += existsSync(main) ? 0 : 1;
      await pause(5);
    }
    expect([build.exitCode, missing]).toEqual([0, 0]);
    expect(statSync(main).ino).not.toBe(before);
  });

  it('that fails leaves the one before', () => {
    const before = statSync(main).ino;
    appendFileSync(join(checkout, 'src', 'entities.ts'), '\nconst broken: number = "text";\n');
    expect(spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: checkout }).status).toBe(1);
    expect(statSync(main).ino).toBe(before);
  });
});
