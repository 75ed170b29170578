import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import type { Answer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE } from '../support/keycloak-stand-in.js';

/** What a browser sends when a person goes to a page. */
const PAGE = { headers: { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' } };

describe('a failure in front of a person', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_LOG_LEVEL: 'warn', APIKM_LOG_FORMAT: 'json' });
  });
  afterAll(() => server.stop());
  beforeEach(() => (browser = new Browser(server.url)));

  const base = () => `${server.publicOrigin}/`.slice(0, -1);
  const link = (text: string, path: string): string =>
    `href="${base()}${path.replaceAll('&', '&#38;')}">${text}</a>`;
  const iss = () => encodeURIComponent(server.keycloak.issuer);

  async function pending(returnTo = '/page'): Promise<string> {
    const { location } = await browser.go(`/auth/login?returnTo=${returnTo}`);
    return new URL(location).searchParams.get('state')!;
  }

  /** A page of ours that nothing can be smuggled into. */
  function expectPage({ status, headers, text }: Answer, expected: number, title: string): void {
    expect([status, headers.get('content-type')]).toEqual([expected, 'text/html; charset=utf-8']);
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')).toMatch(/Accept, Sec-Fetch-Mode, Accept-Language, Cookie$/);
    const style = createHash('sha256')
      .update(/<style>([^]*)<\/style>/.exec(text)![1]!)
      .digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<script|<img|<form| on\w+=| style=|javascript:/i);
    expect(text).toContain(` ${headers.get('x-request-id')},`);
  }

  it.each<[string, string, string]>([
    ['?error=access_denied', 'did not log you in: access_denied. Start', '/'],
    ['?error=access_denied&state=foreign', 'did not log you in: access_denied. Start', '/'],
    ['?error=%3Cscript%3Ealert(1)%3C/script%3E', 'did not log you in. Start', '/'],
    [
      '?error=access_denied&error_description=Call%20%2B1%20555',
      'did not log you in: access_denied. Start',
      '/',
    ],
    ['', 'This login has expired or was started in another browser.', '/'],
    ['?code=c&state=x', 'This login has expired or was started in another browser.', '/'],
  ])(
    'at /auth/callback%s is a page in words, with a way to try again',
    async (search, sentence, returnTo) => {
      const page = await browser.go(`/auth/callback${search}`, PAGE);
      expectPage(page, 403, 'The login did not work');
      expect(page.text).toContain(sentence);
      expect(page.text).not.toMatch(/alert\(1\)|555/);
      expect(page.text).toContain(link('Try again', `/auth/login?returnTo=${encodeURIComponent(returnTo)}`));
      const { status, body } = await browser.go(`/auth/callback${search}`, { headers: { accept: '*/*' } });
      expect([status, body]).toEqual([403, { detail: expect.stringContaining(sentence) }]);
    },
  );

  it('names the provider’s error with its words, escaped, and leads to where the login was to lead', async () => {
    const state = await pending('/docs/');
    const words = encodeURIComponent('<b>no</b>\n"you"');
    const path = `/auth/callback?error=access_denied&error_description=${words}&state=${state}&iss=${iss()}`;
    const page = await browser.go(path, PAGE);
    expectPage(page, 403, 'The login did not work');
    expect(page.text).toContain('access_denied (&#60;b&#62;no&#60;/b&#62; &#34;you&#34;). Start');
    expect(page.text).toContain(link('Try again', '/auth/login?returnTo=%2Fdocs%2F'));
    expect(server.lines.join('')).toContain('the identity provider answered');
    // The back button: the same page, no new login that would ask the person again.
    expectPage(await browser.go(path, PAGE), 403, 'The login did not work');
  });

  it.each(['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'])(
    'sends nobody to try again when the provider does not take our request: %s',
    async (error) => {
      const words = 'error_description=Missing%20parameter%3A%20code_challenge_method';
      const answer = `error=${error}&${words}&state=${await pending()}&iss=${iss()}`;
      const page = await browser.go(`/auth/callback?${answer}`, PAGE);
      expectPage(page, 403, 'The login did not work');
      expect(page.text).toContain(
        `${error} (Missing parameter: code_challenge_method). Trying again does not`,
      );
      expect(page.text).toContain('Tell the operator');
    },
  );

  describe('sends nobody to try again when the provider’s answer will always be refused:', () => {
    const answerTo = async (tokens: (nonce: string) => Promise<unknown>) => {
      const { searchParams } = new URL((await browser.go('/auth/login')).location);
      const answer = tokens(searchParams.get('nonce')!);
      server.keycloak.tokenAnswer = () => answer;
      return browser.go(`/auth/callback?code=c&state=${searchParams.get('state')}&iss=${iss()}`, PAGE);
    };
    const withIdToken = async (idToken: Promise<string>) => ({ access_token: 'at', id_token: await idToken });

    it.each<[string, (nonce: string) => Promise<unknown>]>([
      [
        'an ID token signed with a shared secret',
        (nonce) =>
          withIdToken(
            server.keycloak.idToken(nonce, {}, { alg: 'HS256' }, new TextEncoder().encode('secret')),
          ),
      ],
      ['one for another client', (nonce) => withIdToken(server.keycloak.idToken(nonce, { aud: 'other' }))],
      ['one that lacks a claim', () => withIdToken(server.keycloak.idToken('', { nonce: undefined }))],
      [
        'a demand for DPoP',
        () => Promise.resolve({ error: 'invalid_request', error_description: 'DPoP proof is missing' }),
      ],
    ])('%s', async (_, tokens) => {
      const page = await answerTo(tokens);
      expectPage(page, 403, 'The login did not work');
      expect(page.text).toContain('trying again does not help. Tell the operator');
    });

    it('and starts again after a code that was outlived', async () => {
      const page = await answerTo(() => Promise.resolve({ error: 'invalid_grant' }));
      expectPage(page, 403, 'The login did not work');
      expect(page.text).toContain('Start the login again');
    });
  });

  it.each(['authentication_expired'])(
    'temporarily_unavailable with %s begins the login once again, and no second time',
    async (description) => {
      const error = `error=temporarily_unavailable&error_description=${description}&iss=${iss()}`;
      const first = await browser.go(`/auth/callback?${error}&state=${await pending('/deep')}`);
      expect([first.status, first.location]).toEqual([302, expect.stringContaining('/auth?')]);
      const again = new URL(first.location).searchParams.get('state')!;
      const second = await browser.go(`/auth/callback?${error}&state=${again}`, PAGE);
      expectPage(second, 403, 'The login did not work');
      expect(second.text).toContain(link('Try again', '/auth/login?returnTo=%2Fdeep'));
    },
  );

  describe('speaks', () => {
    const titleIn = async (language: string, path = '/v1/keys', cookie = ''): Promise<string> => {
      const headers = { ...PAGE.headers, 'accept-language': language, cookie };
      const { text } = await server.call(path, { headers });
      const [, lang] = /<html lang="(\w+)"/.exec(text)!;
      return `${lang}: ${/<h1>(.*)<\/h1>/.exec(text)![1]}`;
    };
    const [ENGLISH, FRENCH] = ['en: You are not logged in', 'fr: Vous n’êtes pas connecté'];

    it.each([
      ['fr', FRENCH],
      ['fr-CA,fr;q=0.9,en;q=0.8', FRENCH],
      ['de, en;q=0.3, fr;q=0.5', FRENCH],
      ['en-GB,fr;q=0.9', ENGLISH],
      ['de', ENGLISH],
      ['*', ENGLISH],
      ['', ENGLISH],
      ['fr;q=0, xx', ENGLISH],
      ['"><script>', ENGLISH],
    ])('to a browser that likes %j', async (language, title) => {
      expect(await titleIn(language)).toBe(title);
    });

    it.each([
      ['fr', 'en', FRENCH],
      ['en', 'fr', ENGLISH],
      ['constructor', 'fr', FRENCH],
      ['"><script>', 'fr', FRENCH],
    ])('as was chosen on the pages: %j rather than %j', async (chosen, language, title) => {
      expect(await titleIn(language, '/v1/keys', `a=b; apikm-language=${chosen}`)).toBe(title);
    });

    it.each([
      [
        '/auth/callback?code=c&state=x',
        'fr: La connexion a échoué',
        'Cette connexion a expiré ou a été commencée dans un autre navigateur.',
      ],
      [
        '/auth/callback?error=access_denied',
        'fr: La connexion a échoué',
        'ne vous a pas connecté : access_denied.',
      ],
      ['/auth/logout', 'fr: Cela n’a pas fonctionné', 'ne s’ouvre pas ainsi'],
    ])('French in every sentence and link at %s, and English to programs', async (path, title, sentence) => {
      expect(await titleIn('fr', path)).toBe(title);
      const headers = { 'accept-language': 'fr' };
      const { text } = await server.call(path, { headers: { ...PAGE.headers, ...headers } });
      expect(text).toContain(sentence);
      expect(text).not.toMatch(/\b(?:the|again|page in|operator)\b/i);
      const { text: json } = await server.call(path, { headers });
      expect(json).not.toMatch(/[éà]/);
    });

    it('the provider’s own words as they came, and says that a sentence for programs is English', async () => {
      const words = encodeURIComponent('Compte verrouillé');
      const path = `/auth/callback?error=access_denied&error_description=${words}&state=${await pending()}&iss=${iss()}`;
      const refused = await browser.go(path, { headers: { ...PAGE.headers, 'accept-language': 'fr' } });
      expectPage(refused, 403, 'La connexion a échoué');
      expect(refused.text).toContain(
        'ne vous a pas connecté : access_denied (Compte verrouillé). Recommencez',
      );
      const headers = { ...PAGE.headers, 'accept-language': 'fr', authorization: 'Bearer a.b.c' };
      const { text } = await server.call('/v1/keys', { headers });
      expect(text).toMatch(/<p role="alert" lang="en">/);
    });

    it('in the colours that were chosen', async () => {
      const headers = { ...PAGE.headers, cookie: 'apikm-theme=dark' };
      expect((await server.call('/v1/keys', { headers })).text).toContain(
        '<html lang="en" data-theme="dark">',
      );
    });
  });

  it('temporarily_unavailable alone is told', async () => {
    const error = `error=temporarily_unavailable&iss=${iss()}`;
    expectPage(
      await browser.go(`/auth/callback?${error}&state=${await pending()}`, PAGE),
      403,
      'The login did not work',
    );
  });

  it('at a page that needs a login leads to one, and back', async () => {
    const page = await browser.go('/v1/keys?limit=5', PAGE);
    expectPage(page, 401, 'You are not logged in');
    expect(page.text).toContain(link('Log in', '/auth/login?returnTo=%2Fv1%2Fkeys%3Flimit%3D5'));
    const { body } = await server.call('/v1/keys');
    expect(body).toMatchObject({ code: 'NOT_AUTHENTICATED' });
  });

  it.each([
    'application/json, text/html;q=0.5',
    'text/html;q=0.9, application/json',
    '*/*',
    'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
  ])('is for people: a program that accepts %s is answered in JSON', async (accept) => {
    for (const path of ['/v1/me', '/auth/me', '/auth/api_key/list']) {
      const { status, headers } = await server.call(path, { headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([401, expect.stringContaining('json')]);
    }
  });

  it('never shows a key that stood in the address', async () => {
    const uuid = '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d';
    const { text } = await browser.go(`/auth/api_key/revoke?api-key=${uuid}`, PAGE);
    expect(text).not.toContain(uuid);
    expect(text).toContain(link('Log in', '/auth/login?returnTo=%2F'));
  });

  it('of somebody who is disabled says so', async () => {
    server.keycloak.people.get(ALICE)!.enabled = false;
    const { location } = await browser.go('/auth/login?returnTo=/page');
    const { searchParams } = new URL(location);
    const idToken = server.keycloak.idToken(searchParams.get('nonce')!);
    server.keycloak.tokenAnswer = async () => ({ access_token: 'at', id_token: await idToken });
    const path = `/auth/callback?code=c&state=${searchParams.get('state')}&iss=${iss()}`;
    const page = await browser.go(path, PAGE);
    server.keycloak.people.get(ALICE)!.enabled = true;
    expectPage(page, 401, 'Your account is disabled');
    expect(page.text).toContain(link('Try again', '/auth/login?returnTo=%2Fpage'));
  });

  it('at logout from a foreign page has a way to log out', async () => {
    const page = await browser.go('/auth/logout', { method: 'POST', ...PAGE });
    expectPage(page, 403, 'This is not allowed');
    expect(page.text).toContain(link('Log out', '/logout'));
    const { body } = await server.call('/auth/logout', { method: 'POST' });
    expect(body).toEqual({ detail: 'Log out from this service’s own pages.' });
  });

  it('of a provider that is away says so, and of one that is not set up correctly something else', async () => {
    const state = await pending();
    const path = `/auth/callback?code=c&state=${state}&iss=${iss()}`;
    server.keycloak.secret = 'another';
    const wrong = await browser.go(path, PAGE);
    server.keycloak.secret = undefined;
    expectPage(wrong, 503, 'The login is not set up correctly');
    expect(wrong.text).toContain('Tell the operator');
    expect(wrong.headers.get('retry-after')).toBeNull();
    const next = await pending();
    await server.keycloak.stop();
    const away = await browser.go(`/auth/callback?code=c&state=${next}&iss=${iss()}`, PAGE);
    expectPage(away, 503, 'Login is unavailable at the moment');
    expect(away.headers.get('retry-after')).toBe('10');
  });

  it.each(['/auth/check_key', '/v1/forward-auth', '/v1/forward-auth/x'])(
    'is no page at %s, which gateways ask with what a browser accepts',
    async (path) => {
      const { headers, text } = await browser.go(path, PAGE);
      expect([headers.get('content-type') ?? '', text]).toEqual([
        expect.not.stringContaining('html'),
        expect.not.stringContaining('<'),
      ]);
    },
  );
});
