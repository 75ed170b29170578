import type { CookieOptions, Request } from 'express';

/** Cookies of one prefix: as many as a browser sends, each under the id that follows the prefix. */
export class LoginCookies {
  private readonly prefix: string;
  private readonly options: CookieOptions;

  constructor(
    publicUrl: string,
    private readonly lifeMs: number,
  ) {
    const secure = publicUrl.startsWith('https:');
    this.prefix = secure ? '__Host-apikm-login-' : 'apikm-login-';
    this.options = { secure, httpOnly: true, sameSite: 'lax', path: '/' };
  }

  /** A Map: what comes from a request never looks up a plain object, whose members include `constructor`. */
  of(req: Request): Map<string, string> {
    const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const ours = pairs.filter((pair) => pair.startsWith(this.prefix)).map((pair) => this.split(pair));
    return new Map(ours);
  }

  set(req: Request, id: string, value: string): void {
    req.res!.cookie(this.prefix + id, value, { ...this.options, maxAge: this.lifeMs });
  }

  clear(req: Request, id: string): void {
    req.res!.clearCookie(this.prefix + id, this.options);
  }

  private split(pair: string): [string, string] {
    const at = pair.indexOf('=');
    return at < 0
      ? [pair.slice(this.prefix.length), '']
      : [pair.slice(this.prefix.length, at), pair.slice(at + 1)];
  }
}
