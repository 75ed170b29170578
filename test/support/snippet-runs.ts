import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Snippet } from '../../web/snippets/snippet.js';
import { PYTHON } from './python-parts.js';

/** Longer than any tool takes, so that one that waits for something is found out. */
const RUN_MS = 50_000;

/** The same that gdalinfo shows, by rasterio's GDAL: Debian's is older than some snippets ask for. */
const NEWER_GDALINFO = `#!/bin/sh
exec ${PYTHON} -c 'import sys, rasterio; print(rasterio.open(sys.argv[1]).profile)' "$1"
`;

export interface Run {
  readonly succeeded: boolean;
  readonly output: string;
}

/** A person's home directory and nothing in it, where snippets are pasted. */
export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), 'apikm-desk-'));

  constructor() {
    mkdirSync(join(this.home, 'bin'));
    writeFileSync(join(this.home, 'bin', 'gdalinfo'), NEWER_GDALINFO, { mode: 0o755 });
  }

  remove(): void {
    rmSync(this.home, { recursive: true });
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), 'utf8');
  }

  /** Downloads the snippet's file. */
  save({ file }: Snippet): void {
    writeFileSync(join(this.home, file!.name), file!.text);
  }

  /** @param newerGdal whether gdalinfo is to be a newer one than Debian's */
  paste({ language, text }: Snippet, newerGdal = false): Promise<Run> {
    return language === 'python' ? this.run(PYTHON, ['-c', text]) : this.shell(text, newerGdal);
  }

  shell(line: string, newerGdal = false): Promise<Run> {
    return this.run('sh', ['-c', line], newerGdal ? [join(this.home, 'bin')] : []);
  }

  /** @param typed what a person types when asked */
  run(program: string, args: readonly string[], folders: readonly string[] = [], typed = ''): Promise<Run> {
    const { home } = this;
    const path = [...folders, process.env.PATH].join(delimiter);
    const env = { PATH: path, HOME: home, VSI_CACHE: 'NO', PYTHONWARNINGS: 'ignore' };
    const child = spawn(program, args, { cwd: home, env, timeout: RUN_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    child.stdin.on('error', () => undefined).end(typed);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ succeeded: code === 0, output }));
    });
  }
}
