import { extname } from 'node:path';
import { Controller, Get, Header, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Brand } from './brand.js';
import { BuiltPages } from './built-pages.js';

/** Whatever changes has another address then. */
const KEEP = 'public, max-age=31536000, immutable';

/** The parts of the pages, under names that hold a hash of what is in them. */
@ApiExcludeController()
@Controller()
export class AssetsController {
  constructor(
    private readonly brand: Brand,
    private readonly built: BuiltPages,
  ) {}

  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() req: Request, @Res() res: Response): void {
    const file = this.built.asset(name, (encoding) => req.acceptsEncodings(encoding) !== false);
    if (!file) throw new NotFoundException();
    res.vary('Accept-Encoding').setHeader('Cache-Control', KEEP);
    if (file.encoding) res.setHeader('Content-Encoding', file.encoding);
    res.type(extname(name)).send(file.content);
  }

  @Get('brand/accent.css')
  @Header('Cache-Control', KEEP)
  accent(@Res() res: Response): void {
    res.type('css').send(this.brand.accent);
  }

  @Get('brand/logo')
  @Header('Cache-Control', KEEP)
  logo(@Res() res: Response): void {
    res.type(this.brand.logo.type).send(this.brand.logo.content);
  }
}
