import type { Theme } from '../platform/choices.js';
import { escapeHtml } from '../platform/html.js';

export interface FrameParts {
  readonly name: string;
  /** What every address of ours begins with for a browser, with a slash at its end. */
  readonly base: string;
  /** Changes with logo and accent, so that browsers may keep both. */
  readonly brandVersion: string;
  /** What the person chose before; undefined: as the system has it. */
  readonly theme: Theme | undefined;
}

/** Fills the built frame in: markup alone, for no script may stand in a page. */
export function fillFrame(frame: string, { name, base, brandVersion, theme }: FrameParts): string {
  const head = [
    `<base href="${escapeHtml(base)}">`,
    `<title>${escapeHtml(name)}</title>`,
    `<meta name="application-name" content="${escapeHtml(name)}">`,
    `<link rel="icon" href="brand/logo?v=${brandVersion}">`,
    `<link rel="stylesheet" href="brand/accent.css?v=${brandVersion}">`,
  ];
  return frame
    .replace('<!--brand-->', () => head.join('\n    '))
    .replace('<html lang="en">', theme ? `<html lang="en" data-theme="${theme}">` : '<html lang="en">');
}
