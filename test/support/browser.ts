import type { Answer } from './app.js';

/** A browser as far as HTTP goes: keeps cookies, follows no redirection by itself, and says where its requests come from. */
export class Browser {
  private readonly jar = new Map<string, string>();

  constructor(private readonly base: string) {}

  get cookies(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set cookies(header: string) {
    this.jar.clear();
    for (const pair of header.split('; ').filter(Boolean)) {
      const at = pair.indexOf('=');
      this.jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  async go(url: string, init: RequestInit = {}): Promise<Answer & { readonly location: string }> {
    const headers = new Headers(init.headers);
    if (this.jar.size) headers.set('cookie', this.cookies);
    const response = await fetch(new URL(url, this.base), { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const location = response.headers.get('location') ?? '';
    const body: unknown = isJson && text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body, location };
  }

  /** A request that one of our own pages makes. */
  own(url: string, init: RequestInit = {}): Promise<Answer> {
    return this.go(url, { ...init, headers: { ...init.headers, 'sec-fetch-site': 'same-origin' } });
  }

  /** Follows redirections to their end. */
  async follow(url: string): Promise<Answer & { readonly url: string }> {
    let at = new URL(url, this.base).href;
    for (let hop = 0; hop < 10; hop += 1) {
      const answer = await this.go(at);
      if (!answer.location) return { ...answer, url: at };
      at = new URL(answer.location, at).href;
    }
    throw new Error('too many redirections');
  }

  /** The cookies of all hosts in one jar: the tests' hosts are all ours. */
  private keep(cookie: string): void {
    const [pair] = cookie.split(';');
    const at = pair!.indexOf('=');
    const [name, value] = [pair!.slice(0, at), pair!.slice(at + 1)];
    const gone = /expires=Thu, 01 Jan 1970/i.test(cookie) || value === '';
    if (gone) this.jar.delete(name);
    else this.jar.set(name, value);
  }
}
