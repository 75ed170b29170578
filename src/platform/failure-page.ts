import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { chosenTheme } from './choices.js';
import { languageOf, textsIn } from './failure-texts/languages.js';
import type { FailureTexts, Said } from './failure-texts/en.js';
import { escapeHtml } from './html.js';
import { VERIFICATION } from './machine-routes.js';
import { redactUrl } from './redact.js';

/** What Java's own client sends where nobody chose otherwise: it names HTML first, and is a program. */
const JAVA = /^text\/html, image\/gif, image\/jpeg, \*; q=/;

/** A person in front of a browser, no program that would show nobody what it was answered. */
export function wantsPage(req: Request): boolean {
  const { 'sec-fetch-mode': mode, accept = '' } = req.headers;
  if (mode === 'navigate') return true;
  return !JAVA.test(accept) && req.accepts('json', 'html') === 'html';
}

const OF_SESSIONS = /^\/(?:auth\/(?:login|callback|logout)|logout)(?:[?/]|$)/;
/** What a person can do something about; of others the predecessor's pages had the bare answer, too. */
const IN_WORDS = [401, 403, 429, 500, 503];
/** Nothing stands at the address; what is none of its own, say of a key, has another code. */
const NOWHERE = 'NOT_FOUND';

/** Whether this failure is told as a page. Verification never is: gateways hand on what a browser accepts. */
export function isToldAsPage(req: Request, { status, code }: Pick<Failed, 'status' | 'code'>): boolean {
  if (!wantsPage(req) || VERIFICATION.test(req.url)) return false;
  return OF_SESSIONS.test(req.url) || IN_WORDS.includes(status) || code === NOWHERE;
}

interface Failed {
  readonly status: number;
  readonly code: string;
  /** For programs, in English. */
  readonly message: string;
  readonly said?: Said;
  /** Of a login: the path that it was to lead to. */
  readonly returnTo?: string;
}

/** As the pages look (web/styles/tokens.css), in one small part that needs nothing else. */
const STYLE = `:root { color-scheme: light dark; }
[data-theme=light] { color-scheme: light; }
[data-theme=dark] { color-scheme: dark; }
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

/** @param publicUrl what every link begins with */
export function failurePage(req: Request, requestId: string, failed: Failed, publicUrl: string): string {
  const language = languageOf(req);
  const texts = textsIn(language);
  const theme = chosenTheme(req.headers.cookie);
  const title = escapeHtml(titleOf(failed, texts));
  const [[text, path], ...others] = linksFor(req, failed, texts);
  const link = (label: string, to: string, look = ''): string =>
    `<a${look} href="${escapeHtml(publicUrl + to)}">${escapeHtml(label)}</a>`;
  return `<!doctype html>
<html lang="${language}"${theme ? ` data-theme="${theme}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${title}</h1>
${sentenceOf(failed, texts)}
<p>${[link(text, path, ' class="first"'), ...others.map(([label, to]) => link(label, to))].join('\n')}</p>
<p class="number">${escapeHtml(texts.forOperator(requestId, failed.code))}</p>
</main></body>
</html>
`;
}

const titleOf = ({ code, status }: Failed, { titles, titlesByStatus, otherTitle }: FailureTexts): string =>
  of(titles, code) ?? of(titlesByStatus, String(status)) ?? otherTitle;

/** What only programs are told otherwise, say of a token, is in English. */
function sentenceOf({ code, said, message }: Failed, texts: FailureTexts): string {
  const sentence = of(texts.sentences, code) ?? said?.(texts);
  return sentence === undefined
    ? `<p role="alert" lang="en">${escapeHtml(message)}</p>`
    : `<p role="alert">${escapeHtml(sentence)}</p>`;
}

/** What stands under a name that came from elsewhere, if anything does. */
const of = (texts: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(texts, name) ? texts[name] : undefined;

/** Trying again leads to the same. */
const NOT_AGAIN = [403, 404];

type Link = readonly [text: string, path: string];

/** What to do next, the likeliest first. */
function linksFor(
  req: Request,
  { status, code, returnTo }: Failed,
  { links, titles }: FailureTexts,
): [Link, ...Link[]] {
  const home: Link = [links.home, '/'];
  if (/^\/(?:auth\/)?logout/.test(req.url)) return [[links.logOut, '/logout'], home];
  const login = `/auth/login?returnTo=${encodeURIComponent(returnTo ?? wishOf(req))}`;
  if (code === 'NOT_AUTHENTICATED') return [[links.logIn, login], home];
  const isOfLogin = status === 401 || Object.hasOwn(titles, code) || OF_SESSIONS.test(req.url);
  if (isOfLogin) return [[links.tryAgain, login], home];
  return NOT_AGAIN.includes(status) ? [home] : [[links.tryAgain, wishOf(req)], home];
}

/** The page that was asked for; a key in it would stand in the link. */
function wishOf({ method, url }: Request): string {
  if (method !== 'GET') return '/';
  if (url.startsWith('/auth/login')) return new URLSearchParams(url.split('?')[1]).get('returnTo') ?? '/';
  return !OF_SESSIONS.test(url) && redactUrl(url) === url ? url : '/';
}
