import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';

/** Where `npm run build` puts them, seen from the source and from the build alike. */
const FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'web', 'pages');

export interface BuiltFile {
  readonly content: Buffer;
  /** undefined: as it is. */
  readonly encoding: 'br' | 'gzip' | undefined;
}

/** The smaller first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** What was built of web/, held in memory: a build that is put in place meanwhile is for the next start. */
@Injectable()
export class BuiltPages {
  /** undefined: nothing was built. */
  readonly frame: string | undefined;
  private readonly assets: ReadonlyMap<string, Buffer>;

  constructor() {
    const frame = join(FOLDER, 'index.html');
    this.frame = existsSync(frame) ? readFileSync(frame, 'utf8') : undefined;
    const folder = join(FOLDER, 'assets');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    this.assets = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  }

  /** undefined: there is none of this name. @param isAccepted whether whoever asks can read this encoding */
  asset(name: string, isAccepted: (encoding: string) => boolean): BuiltFile | undefined {
    const plain = this.assets.get(name);
    for (const [encoding, ending] of plain ? ENCODINGS : []) {
      const content = this.assets.get(name + ending);
      if (content && isAccepted(encoding)) return { content, encoding };
    }
    return plain && { content: plain, encoding: undefined };
  }
}
