import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { accentStyle } from './accent.js';

/** A key's head as a ring, on the accent: what stands for the product where the operator names no logo. */
const ownLogo = (accent: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${accent}"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><circle cx="11.6" cy="20.4" r="4.6"/><path d="M15 17 24 8m-3.6 3.6 3.4 3.4m-7-.1 2 2"/></g></svg>\n`;

interface Logo {
  readonly type: string;
  readonly content: Buffer;
}

/** Name, logo and accent, as the operator has set them. */
@Injectable()
export class Brand {
  readonly name: string;
  readonly accent: string;
  readonly logo: Logo;
  readonly version: string;

  /** @throws Error when the logo can't be read */
  constructor({ web, docs }: Config) {
    this.name = docs.title;
    this.accent = accentStyle(web.accent);
    const [onLight] = /#[0-9a-f]{6}/.exec(this.accent)!;
    this.logo = web.logo ? readLogo(web.logo) : { type: '.svg', content: Buffer.from(ownLogo(onLight)) };
    this.version = createHash('sha256')
      .update(this.accent)
      .update(this.logo.content)
      .digest('hex')
      .slice(0, 8);
  }
}

function readLogo(file: string): Logo {
  try {
    return { type: extname(file).toLowerCase(), content: readFileSync(file) };
  } catch (cause) {
    throw new Error('The file that APIKM_LOGO names can’t be read.', { cause });
  }
}
