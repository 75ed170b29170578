import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Config } from '../config/config.js';
import { chosenTheme } from '../platform/choices.js';
import { DomainError } from '../platform/domain-error.js';
import { Brand } from './brand.js';
import { BuiltPages } from './built-pages.js';
import { fillFrame } from './page-frame.js';

/** Nothing but our own files, and no script or style written into a page. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'self'",
].join('; ');

/** What may be done to a key, and the parts of the administration: web/app/pages.tsx has a page for each. */
const ACTS = ['once', 'rotate', 'revoke', 'disable', 'renew'].map((act) => `keys/:id/${act}`);
const PARTS = ['keys', 'keys/:id', 'people', 'people/:id', 'audit', 'sync', 'policies'].map(
  (part) => `admin/${part}`,
);

/** Every address of a page answers the one frame; which page it is, the browser finds out. */
@ApiExcludeController()
@Controller()
export class PagesController {
  private readonly base: string;

  constructor(
    config: Config,
    private readonly brand: Brand,
    private readonly built: BuiltPages,
  ) {
    // A proxy may have cut its path off before the request came here.
    this.base = `${new URL(config.http.publicUrl).pathname.replace(/\/$/, '')}/`;
  }

  @Get(['/', 'new', 'keys/:id', ...ACTS, 'admin', ...PARTS])
  page(@Req() req: Request, @Res() res: Response): void {
    const { frame } = this.built;
    if (frame === undefined) throw new DomainError('unavailable', 'NOT_BUILT', ({ notBuilt }) => notBuilt);
    const { name, version: brandVersion } = this.brand;
    const theme = chosenTheme(req.headers.cookie);
    res.setHeader('Content-Security-Policy', PAGE_POLICY);
    res.type('html').send(fillFrame(frame, { name, base: this.base, brandVersion, theme }));
  }
}
