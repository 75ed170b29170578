import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { escapeHtml } from './html.js';
import { VERIFICATION } from './machine-routes.js';
import { redactUrl } from './redact.js';

/** A person in front of a browser, no program that would show nobody what it was answered. */
export const wantsPage = ({ headers }: Request): boolean =>
  headers['sec-fetch-mode'] === 'navigate' || (headers.accept ?? '').includes('text/html');

const OF_SESSIONS = /^\/(?:auth\/(?:login|callback|logout)|logout)(?:[?/]|$)/;
/** What a person can do something about; of others the predecessor's pages had the bare answer, too. */
const IN_WORDS = [401, 403, 429, 500, 503];

/** Whether this failure is told as a page. Verification never is: gateways hand on what a browser accepts. */
export const isToldAsPage = (req: Request, status: number): boolean =>
  wantsPage(req) && !VERIFICATION.test(req.url) && (OF_SESSIONS.test(req.url) || IN_WORDS.includes(status));

interface Failed {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Of a login: the path that it was to lead to. */
  readonly returnTo?: string;
}

/** As the pages look (web/styles/tokens.css), in one small part that needs nothing else. */
const STYLE = `:root { color-scheme: light dark; }
body { font: 1rem/1.55 ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; margin: 0; padding: 0 1rem; color: light-dark(#14171f, #eceef2); background: light-dark(#f6f7f9, #0f1115); }
main { box-sizing: border-box; max-width: 32rem; margin: 14vh auto 2rem; padding: 2.25rem; background: light-dark(#fff, #16191f); border: 1px solid light-dark(#e5e8ed, #272c36); border-radius: 16px; box-shadow: 0 4px 14px light-dark(rgb(20 26 40 / 6%), rgb(0 0 0 / 25%)); overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; font-weight: 640; line-height: 1.25; letter-spacing: -.02em; margin: 0 0 .6rem; }
p { margin: .75rem 0; color: light-dark(#434a58, #b9c0cc); }
a { display: inline-block; margin: .5rem 1rem 0 0; color: light-dark(#3a4fd8, #98a6ff); text-underline-offset: .18em; }
a.first { padding: .55rem 1.1rem; border-radius: 9px; background: #3a4fd8; color: #fff; font-weight: 560; text-decoration: none; }
a.first:hover { background: #3244bb; }
a:focus-visible { outline: 2px solid light-dark(#3a4fd8, #98a6ff); outline-offset: 3px; border-radius: 9px; }
.number { margin: 1.75rem 0 0; padding-top: 1rem; border-top: 1px solid light-dark(#e5e8ed, #272c36); font-size: .8125rem; color: light-dark(#5d6575, #98a1b0); }`;

/** Nothing but this page's own style: no script, no picture, no form, no frame around it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TITLES: Readonly<Record<string, string>> = {
  NOT_AUTHENTICATED: 'You are not logged in',
  OWNER_DISABLED: 'Your account is disabled',
  LOGIN_REFUSED: 'The login did not work',
  IDENTITY_PROVIDER_UNAVAILABLE: 'The login is away at the moment',
  IDENTITY_PROVIDER_MISCONFIGURED: 'The login is not set up correctly',
};
const TITLES_BY_STATUS: Readonly<Record<number, string>> = {
  401: 'You have to log in',
  403: 'This is not allowed',
  429: 'That was too often',
  503: 'Not available at the moment',
  500: 'Something went wrong here',
};
/** Sentences made for the predecessor's programs say too little to a person. */
const SENTENCES: Readonly<Record<string, string>> = {
  NOT_AUTHENTICATED: 'To see this page, log in first.',
  OWNER_DISABLED: 'Your account is disabled in the identity provider. Ask whoever looks after the accounts.',
  INTERNAL: 'It is no fault of yours. Try again, and tell the operator if it stays so.',
};

/** @param publicUrl what every link begins with */
export function failurePage(req: Request, requestId: string, failed: Failed, publicUrl: string): string {
  const { status, code, message } = failed;
  const title = escapeHtml(TITLES[code] ?? TITLES_BY_STATUS[status] ?? 'That did not work');
  const [[text, path], ...others] = linksFor(req, failed);
  const link = (label: string, to: string, look = ''): string =>
    `<a${look} href="${escapeHtml(publicUrl + to)}">${label}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${title}</h1>
<p role="alert">${escapeHtml(SENTENCES[code] ?? message)}</p>
<p>${[link(text, path, ' class="first"'), ...others.map(([label, to]) => link(label, to))].join('\n')}</p>
<p class="number">For the operator: request ${escapeHtml(requestId)}, ${escapeHtml(code)}</p>
</main></body>
</html>
`;
}

type Link = readonly [text: string, path: string];

/** What to do next, the likeliest first. */
function linksFor(req: Request, { status, code, returnTo }: Failed): [Link, ...Link[]] {
  const home: Link = ['To the front page', '/'];
  if (/^\/(?:auth\/)?logout/.test(req.url)) return [['Log out', '/logout'], home];
  const login = `/auth/login?returnTo=${encodeURIComponent(returnTo ?? wishOf(req))}`;
  if (code === 'NOT_AUTHENTICATED') return [['Log in', login], home];
  const isOfLogin = status === 401 || Object.hasOwn(TITLES, code) || OF_SESSIONS.test(req.url);
  if (isOfLogin) return [['Try again', login], home];
  return status === 403 ? [home] : [['Try again', wishOf(req)], home];
}

/** The page that was asked for; a key in it would stand in the link. */
function wishOf({ method, url }: Request): string {
  if (method !== 'GET') return '/';
  if (url.startsWith('/auth/login')) return new URLSearchParams(url.split('?')[1]).get('returnTo') ?? '/';
  return !OF_SESSIONS.test(url) && redactUrl(url) === url ? url : '/';
}
