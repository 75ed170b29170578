import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IdTokens } from '../../src/auth/id-tokens.js';
import { Seal } from '../../src/auth/seal.js';
import { Sessions } from '../../src/auth/sessions.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const SECRET = 'a-cookie-secret-of-the-test-that-is-long-enough';
/** What a browser sends when a person goes to a page. */
const PAGE = { headers: { 'sec-fetch-mode': 'navigate', accept: 'text/html' } };

interface Tab {
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
}

describe('the login in a browser, under attack', () => {
  let server: TestServer;
  let browser: Browser;
  let exchanges: URLSearchParams[];
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_COOKIE_SECRET: SECRET, APIKM_LOG_LEVEL: 'error' });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    for (const ownerId of [ALICE, BOB]) await server.get(Sessions).end({ ownerId });
    Object.assign(server.keycloak.people.get(ALICE)!, { enabled: true });
    browser = new Browser(server.url);
    server.clock.advance((Date.now() - server.clock.now().getTime()) / 1000);
    answer(() => ({}));
  });

  /** Tokens whose nonce is the code, so that tabs may come back in any order; `claims` are what a test changes. */
  function answer(claims: (code: string) => Record<string, unknown>): void {
    exchanges = [];
    server.keycloak.tokenAnswer = async (asked) => {
      exchanges.push(asked);
      const code = asked.get('code')!;
      const idToken = await server.keycloak.idToken(code, claims(code));
      return { access_token: 'at', token_type: 'Bearer', id_token: idToken };
    };
  }

  function tabOf(location: string): Tab {
    const { searchParams } = new URL(location);
    const [state, nonce, challenge] = ['state', 'nonce', 'code_challenge'].map((n) => searchParams.get(n)!);
    return { state: state!, nonce: nonce!, challenge: challenge! };
  }

  const open = async (returnTo = '/after', by = browser): Promise<Tab> =>
    tabOf((await by.go(`/auth/login?returnTo=${returnTo}`)).location);

  const query = ({ state, nonce }: Tab): URLSearchParams =>
    new URLSearchParams({ code: nonce, state, iss: server.keycloak.issuer });

  const back = (tab: Tab, init: RequestInit = {}, by = browser) =>
    by.go(`/auth/callback?${query(tab).toString()}`, init);

  const rows = async (): Promise<number> => {
    const [{ count }] = await server.get(DataSource).query('SELECT count(*) FROM sessions');
    return Number(count);
  };

  /** Nobody is logged in, and the provider was asked for no tokens. */
  async function expectNothingHappened(): Promise<void> {
    expect(exchanges).toEqual([]);
    expect((await browser.go('/v1/me')).status).toBe(401);
    expect(await rows()).toBe(0);
  }

  const pendingCookies = (): string[] =>
    browser.cookies.split('; ').filter((pair) => pair.startsWith('apikm-login-'));

  describe('a pending login', () => {
    it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'state', '%00', '~'])(
      'is never found under the state %s',
      async (state) => {
        await open();
        const iss = encodeURIComponent(server.keycloak.issuer);
        expect((await browser.go(`/auth/callback?code=c&state=${state}&iss=${iss}`)).status).toBe(403);
        await expectNothingHappened();
      },
    );

    it.each(['constructor', 'toString', '__proto__'])('is never found under the id %s', async (id) => {
      const state = new Seal([SECRET], 'pending login').close('state', { id, returnTo: '/' });
      expect((await back({ state, nonce: 'c', challenge: '' })).status).toBe(403);
      await expectNothingHappened();
    });

    it.each([
      ['nonce', { codeVerifier: 'v'.repeat(43) }],
      ['verifier', { nonce: 'n' }],
    ])('is none without its %s', async (id, secrets) => {
      const seal = new Seal([SECRET], 'pending login');
      const sealed = seal.close(id, { ...secrets, startedAt: server.clock.millis() });
      browser.cookies = `apikm-login-${id}=${sealed}`;
      const state = seal.close('state', { id, returnTo: '/' });
      answer(() => ({ nonce: undefined }));
      expect((await back({ state, nonce: 'n', challenge: '' })).status).toBe(403);
      await expectNothingHappened();
    });

    it('is refused when its cookie was altered', async () => {
      const tab = await open();
      const last = browser.cookies.at(-1) === 'A' ? 'B' : 'A';
      const middle = Math.floor(browser.cookies.length / 2);
      browser.cookies = browser.cookies.slice(0, middle) + last.repeat(3) + browser.cookies.slice(middle + 3);
      expect((await back(tab)).status).toBe(403);
      await expectNothingHappened();
    });

    it('is refused with the cookie of another login under its name', async () => {
      const [mine, other] = [await open(), await open()];
      const [[name], [, value]] = pendingCookies().map((pair) => pair.split('=')) as [string[], string[]];
      browser.cookies = `${name}=${value}`;
      expect((await back(mine)).status).toBe(403);
      expect((await back(other)).status).toBe(403);
      await expectNothingHappened();
    });

    it('is used once, and by the browser alone that began it', async () => {
      const tab = await open();
      const stranger = new Browser(server.url);
      expect((await back(tab, {}, stranger)).status).toBe(403);
      const before = browser.cookies;
      expect((await back(tab)).status).toBe(303);
      expect(pendingCookies()).toEqual([]);
      const replay = new Browser(server.url);
      replay.cookies = before;
      expect((await back(tab, {}, replay)).status).toBe(403);
      expect((await replay.go('/v1/me')).status).toBe(401);
      expect(exchanges).toHaveLength(1);
    });

    it('is used once when its callback comes twice at the same time', async () => {
      const tab = await open();
      const statuses = await Promise.all([1, 2, 3].map(async () => (await back(tab)).status));
      expect(statuses.sort()).toEqual([303, 403, 403]);
      expect(exchanges).toHaveLength(1);
    });

    it('ends after fifteen minutes', async () => {
      const tab = await open();
      server.clock.advance(15 * 60);
      expect((await back(tab)).status).toBe(403);
      await expectNothingHappened();
    });

    it('lives in a cookie of its own that only a secure page of this host can set, behind TLS', async () => {
      const secure = await TestServer.start({ APIKM_PUBLIC_URL: 'https://keys.example.org' });
      const { headers } = await secure.call('/auth/login', { redirect: 'manual' });
      expect(headers.getSetCookie()).toEqual([
        expect.stringMatching(
          /^__Host-apikm-login-[\w-]{16}=[\w-]+; Max-Age=900; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ]);
      await secure.stop();
    });

    it('tells nobody its verifier before the token request, which proves it', async () => {
      const { location } = await browser.go('/auth/login');
      const tab = tabOf(location);
      await back(tab);
      const verifier = exchanges[0]!.get('code_verifier')!;
      expect(createHash('sha256').update(verifier).digest('base64url')).toBe(tab.challenge);
      expect(location).not.toContain(verifier);
    });
  });

  describe('many tabs', () => {
    it('all end on their pages when ten are restored at once', async () => {
      const tabs = await Promise.all(Array.from({ length: 10 }, (_, n) => open(`/page/${n}`)));
      expect(pendingCookies()).toHaveLength(10);
      const answers = await Promise.all(tabs.map((tab) => back(tab)));
      expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 303));
      expect(answers.map(({ location }) => new URL(location).pathname)).toEqual(
        tabs.map((_, n) => `/page/${n}`),
      );
      expect((await browser.go('/v1/me')).status).toBe(200);
    });

    it('end on their pages also with the cookies that were there when the last was opened', async () => {
      const others = await Promise.all(Array.from({ length: 9 }, (_, n) => open(`/page/${n}`)));
      const order = [await open('/page/9'), ...others];
      browser.cookies = pendingCookies().at(-1)!;
      const answers = [];
      for (const tab of order) answers.push(await back(tab));
      expect(answers.map(({ status }) => status)).toEqual(order.map(() => 303));
      expect(exchanges).toHaveLength(1);
    });

    it('wait ten at most: the eleventh takes the place of the oldest', async () => {
      const tabs: Tab[] = [];
      for (let n = 0; n < 11; n += 1) {
        tabs.push(await open());
        server.clock.advance(1);
      }
      expect(pendingCookies()).toHaveLength(10);
      expect((await back(tabs[0]!)).status).toBe(403);
      expect((await back(tabs[1]!)).status).toBe(303);
      expect((await back(tabs[10]!)).status).toBe(303);
    });

    it('never give one person’s login to another who comes back at the same time', async () => {
      const people = Array.from({ length: 6 }, (_, n) => (n % 2 ? ALICE : BOB));
      const browsers = people.map(() => new Browser(server.url));
      const tabs = await Promise.all(browsers.map((by) => open('/', by)));
      const whose = new Map(tabs.map(({ nonce }, n) => [nonce, people[n]!]));
      answer((code) => ({ sub: whose.get(code) }));
      await Promise.all(browsers.map((by, n) => back(tabs[n]!, {}, by)));
      const names = await Promise.all(
        browsers.map(async (by) => (await by.go('/v1/me')).body as { id: string }),
      );
      expect(names.map(({ id }) => id)).toEqual(people);
    });

    it('stay few and small enough for a header of 4 KB, however long their targets', async () => {
      for (let n = 0; n < 12; n += 1) await open(`/${'a'.repeat(1900)}`);
      expect(browser.cookies.length).toBeLessThan(4000);
    });

    it('don’t count cookies that nobody here sealed, and clear them away', async () => {
      browser.cookies = Array.from({ length: 20 }, (_, n) => `apikm-login-${n}=junk`).join('; ');
      await open();
      expect(pendingCookies()).toHaveLength(1);
    });
  });

  describe('an answer to a login that is not pending here', () => {
    const elsewhere = () => open('/after', new Browser(server.url));

    it('leads on when the browser is signed in, and changes nothing', async () => {
      await back(await open());
      const signedIn = browser.cookies.match(/apikm=[^;.]+/)![0];
      const { status, location } = await back(await elsewhere());
      expect([status, new URL(location).pathname]).toEqual([303, '/after']);
      expect(browser.cookies).toContain(signedIn);
      expect(exchanges).toHaveLength(1);
    });

    it('leads on after the back button, in a browser', async () => {
      const tab = await open();
      await back(tab, PAGE);
      const { status, location } = await back(tab, PAGE);
      expect([status, new URL(location).pathname]).toEqual([303, '/after']);
      expect(exchanges).toHaveLength(1);
    });

    it('begins a login anew in a browser, once, and never goes round', async () => {
      const first = await back(await elsewhere(), PAGE);
      expect([first.status, first.location]).toEqual([302, expect.stringContaining('/auth?')]);
      const again = tabOf(first.location);
      browser.cookies = '';
      expect((await back(again, PAGE)).status).toBe(403);
      await expectNothingHappened();
    });

    it('begins a login anew that ends on the page of the first', async () => {
      const { location } = await back(await elsewhere(), PAGE);
      const end = await back(tabOf(location), PAGE);
      expect([end.status, new URL(end.location).pathname]).toEqual([303, '/after']);
    });
  });

  describe('an answer of the provider', () => {
    it.each(['https://evil.org', '', `http://127.0.0.1/realms/apikeys`])(
      'is refused when it says it is of %j',
      async (iss) => {
        const tab = await open();
        const { state, nonce: code } = tab;
        const path = `/auth/callback?${new URLSearchParams({ code, state, iss }).toString()}`;
        expect((await browser.go(path)).status).toBe(403);
        await expectNothingHappened();
      },
    );

    it('is refused when it doesn’t say of whom it is, though discovery promised it', async () => {
      const { state, nonce: code } = await open();
      const path = `/auth/callback?${new URLSearchParams({ code, state }).toString()}`;
      expect((await browser.go(path)).status).toBe(403);
      await expectNothingHappened();
    });

    it.each(['code', 'state', 'iss', 'session_state'])('is refused with %s twice', async (name) => {
      const asked = query(await open());
      asked.set('session_state', 's');
      asked.append(name, asked.get(name)!);
      expect((await browser.go(`/auth/callback?${asked.toString()}`)).status).toBe(403);
      await expectNothingHappened();
    });

    it.each(['', '?code=c', '?error=access_denied', '?error=server_error', '?state='])(
      'without a state (%s) is refused, and no error of ours',
      async (search) => {
        const before = server.lines.length;
        expect((await browser.go(`/auth/callback${search}`)).status).toBe(403);
        expect(server.lines.slice(before)).toEqual([]);
        await expectNothingHappened();
      },
    );

    it.each(['code=', 'code[a]=b', 'nothing=1', 'error=access_denied', 'error='])(
      'with %s instead of a code is refused',
      async (instead) => {
        const { state } = await open();
        const iss = encodeURIComponent(server.keycloak.issuer);
        expect((await browser.go(`/auth/callback?${instead}&state=${state}&iss=${iss}`)).status).toBe(403);
        await expectNothingHappened();
      },
    );

    it('is never taken from the route that begins a login', async () => {
      const tab = await open();
      const { status, location } = await browser.go(`/auth/login?${query(tab).toString()}&error=x`);
      expect([status, location]).toEqual([302, expect.stringContaining('/auth?')]);
      await expectNothingHappened();
    });
  });

  describe('an ID token', () => {
    const refusedClaims: [string, Record<string, unknown>][] = [
      ['of another audience', { aud: 'other' }],
      ['of several audiences without azp', { aud: ['apikey-manager', 'other'] }],
      ['of a foreign azp', { azp: 'other' }],
      ['of a foreign azp among several audiences', { aud: ['apikey-manager', 'other'], azp: 'other' }],
      ['of another issuer', { iss: 'https://evil.org' }],
      ['with another nonce', { nonce: 'other' }],
      ['without a nonce', { nonce: undefined }],
      ['that has ended', { exp: 1000 }],
      ['without an end', { exp: undefined }],
      ['without a birth', { iat: undefined }],
      ['without a subject', { sub: undefined }],
      ['whose subject is no text', { sub: 7 }],
      ['whose subject is empty', { sub: '' }],
    ];

    it.each(refusedClaims)('%s logs nobody in', async (_, claims) => {
      answer(() => claims);
      expect((await back(await open())).status).toBe(403);
      expect((await browser.go('/v1/me')).status).toBe(401);
    });

    // The library looks at most of these, too; ours holds by itself.
    it.each(refusedClaims)('%s is refused by our own proof', async (_, claims) => {
      const token = await server.keycloak.idToken('n', claims);
      await expect(server.get(IdTokens).verify(token, 'n')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
    });

    it('signed with the public key as a secret, or not at all, logs nobody in', async () => {
      const secret = new TextEncoder().encode(await server.keycloak.publicKeyPem());
      const hs256 = (nonce: string) => server.keycloak.idToken(nonce, {}, { alg: 'HS256' }, secret);
      const none = async (nonce: string): Promise<string> => {
        const payload = (await server.keycloak.idToken(nonce)).split('.')[1]!;
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      };
      for (const forge of [hs256, none]) {
        const tab = await open();
        const idToken = await forge(tab.nonce);
        server.keycloak.tokenAnswer = () => Promise.resolve({ access_token: 'at', id_token: idToken });
        expect((await back(tab)).status).toBe(403);
        expect((await browser.go('/v1/me')).status).toBe(401);
      }
    });

    it.each([
      ['null', null],
      ['a number', 7],
      ['an ID token that is a number', { access_token: 'at', id_token: 7 }],
      ['an ID token of one part', { access_token: 'at', id_token: 'x' }],
      ['an ID token that says null', { access_token: 'at', id_token: 'e30.bnVsbA.e30' }],
      ['an access token that is none', { access_token: {}, id_token: 'e30.e30.e30' }],
    ])('that is no token (%s) ends in a refusal, and the process lives', async (_, nonsense) => {
      const tab = await open();
      server.keycloak.tokenAnswer = () => Promise.resolve(nonsense);
      expect((await back(tab)).status).toBe(403);
      expect((await browser.go('/health/live')).status).toBe(200);
    });
  });

  describe('a session', () => {
    it('is made by nobody who only begins a login, a thousand times', async () => {
      const before = await rows();
      for (let n = 0; n < 20; n += 1)
        await Promise.all(Array.from({ length: 50 }, () => open('/', new Browser(server.url))));
      expect(await rows()).toBe(before);
    });

    it('has a new id after every login, and the old one is nobody’s', async () => {
      await back(await open());
      const old = browser.cookies;
      await back(await open());
      expect(browser.cookies).not.toBe(old);
      const thief = new Browser(server.url);
      thief.cookies = old;
      expect((await thief.go('/v1/me')).status).toBe(401);
      expect(await rows()).toBe(1);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['its owner logs out', () => browser.own('/auth/logout', { method: 'POST' })],
      ['the provider logs out', () => backchannel()],
    ])('stays ended when %s while a callback of it waits', async (_, end) => {
      await back(await open());
      const cookies = browser.cookies;
      const tab = await open();
      const { waits, go } = gate();
      server.keycloak.tokenAnswer = () => waits.then(() => ({ error: 'invalid_grant' }));
      const written = writeToSessionsOf('/auth/callback');
      const callback = back(tab);
      await pause(200);
      await end();
      go();
      expect((await callback).status).toBe(403);
      written.stop();
      expect(await rows()).toBe(0);
      browser.cookies = cookies;
      expect((await browser.go('/v1/me')).status).toBe(401);
    });

    async function backchannel(): Promise<void> {
      const body = new URLSearchParams({ logout_token: await server.keycloak.logoutToken({ sub: ALICE }) });
      expect((await server.call('/auth/backchannel-logout', { method: 'POST', body })).status).toBe(200);
    }

    /** Code that writes to the session it loaded, as some feature may one day: express-session saves it at the end. */
    function writeToSessionsOf(path: string): { stop: () => void } {
      const sessions = server.get(Sessions);
      const open = sessions.open.bind(sessions);
      sessions.open = async (req, res) => {
        await open(req, res);
        if (req.url.startsWith(path)) Object.assign(req.session, { written: true });
      };
      return { stop: () => (sessions.open = open) };
    }

    function gate(): { waits: Promise<void>; go: () => void } {
      let go = (): void => {};
      const waits = new Promise<void>((resolve) => (go = resolve));
      return { waits, go: () => go() };
    }
  });

  it('tells a person in time that the provider is away when its token endpoint drips', async () => {
    const tab = await open();
    server.keycloak.drips = true;
    const startedAt = performance.now();
    const { status, headers } = await back(tab);
    server.keycloak.drips = false;
    expect([status, headers.get('retry-after')]).toEqual([503, '10']);
    expect(performance.now() - startedAt).toBeLessThan(7000);
  });
});
