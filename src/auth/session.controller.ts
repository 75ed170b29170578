import { Body, Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiDetails } from '../platform/api-answers.js';
import type { Request, Response } from 'express';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { LimitedBy } from '../platform/limited-by.js';
import { BrowserLogin } from './browser-login.js';
import { LogoutTokens } from './logout-tokens.js';
import { safeReturnTo } from './return-to.js';
import { isSameOrigin, NoHead } from './same-origin.js';
import { Sessions } from './sessions.js';

/** The browser's session: login at the provider, logout here and there. */
@ApiTags('Session')
@Controller()
export class SessionController {
  constructor(
    private readonly config: Config,
    private readonly browserLogin: BrowserLogin,
    private readonly sessions: Sessions,
    private readonly logoutTokens: LogoutTokens,
  ) {}

  /**
   * Logs in.
   * @remarks Sends the browser to the identity provider; afterwards to `returnTo`.
   */
  @ApiQuery({
    name: 'returnTo',
    required: false,
    example: '/docs/',
    description: 'Anything but a path of this service counts as `/`.',
  })
  @ApiResponse({ status: 302, description: 'To the identity provider' })
  @ApiDetails({
    429: 'Too many requests: at most 3000 in 60 s. Try again in 12 s.',
    503: 'The identity provider could not be reached. Try again in a moment.',
  })
  @LimitedBy('login')
  @Get('auth/login')
  async login(@Req() req: Request, @Res() res: Response, @Query('returnTo') returnTo?: string) {
    await this.browserLogin.start(req, res, safeReturnTo(returnTo, this.config.http.publicUrl));
  }

  @LimitedBy('login')
  @UseGuards(NoHead)
  @Get('auth/callback')
  @ApiExcludeEndpoint()
  async callback(@Req() req: Request, @Res() res: Response) {
    await this.sessions.open(req, res);
    const path = await this.browserLogin.finish(req, res);
    if (path !== undefined) res.redirect(303, this.url(path));
  }

  /**
   * Ends the session here and at the identity provider.
   * @remarks With `Accept: application/json` the answer holds the address that the browser has to go to; otherwise it
   * redirects there.
   */
  @ApiResponse({ status: 303, description: 'To the identity provider, which redirects back' })
  @ApiResponse({
    status: 200,
    description: 'With Accept: application/json: the address to go to',
    content: { 'application/json': { example: { location: 'https://sso.example.org/…' } } },
  })
  @ApiDetails({ 403: 'Log out from this service’s own pages.' })
  @Post('auth/logout')
  async logout(@Req() req: Request, @Res() res: Response) {
    if (!isSameOrigin(req.headers, this.config.http.publicUrl))
      throw new DomainError('forbidden', 'FOREIGN_PAGE', ({ foreignLogout }) => foreignLogout);
    await this.endSession(req, res);
  }

  /**
   * As POST /auth/logout, for the predecessor's links; works without a login too.
   * @remarks The browser is sent to the provider, and from there to the home page.
   */
  @ApiResponse({ status: 303, description: 'To the identity provider, which redirects back' })
  @UseGuards(NoHead)
  @Get('logout')
  async legacyLogout(@Req() req: Request, @Res() res: Response) {
    await this.endSession(req, res);
  }

  /** For the identity provider (OpenID Connect Back-Channel Logout 1.0, form-encoded `logout_token`). */
  @Post('auth/backchannel-logout')
  @HttpCode(200)
  @ApiExcludeEndpoint()
  async backchannelLogout(@Body() body: Record<string, unknown> | undefined): Promise<void> {
    await this.sessions.end(await this.logoutTokens.verify(body?.logout_token));
  }

  private async endSession(req: Request, res: Response): Promise<void> {
    await this.sessions.open(req, res);
    const { login } = req.session;
    await this.sessions.logOut(req, res);
    res.vary('Accept');
    const location = login ? await this.browserLogin.logoutUrl(login) : this.url('/');
    // Our pages go there themselves: no page may send a form on to another host, nor read what such a host answers.
    if (req.headers.accept === 'application/json') res.status(200).json({ location });
    else res.redirect(303, location);
  }

  private url(path: string): string {
    return this.config.http.publicUrl + path;
  }
}
