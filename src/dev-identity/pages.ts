import { escapeHtml as escape } from '../platform/html.js';
import { ROLES } from './people.js';
import type { DemoPerson } from './people.js';

const NOTICE =
  'This is the embedded provider for trying things out: everybody who reaches this page can log in as anybody. In production your Keycloak takes its place.';

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { font: .9375rem/1.55 ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; max-width: 46rem; margin: 8vh auto 2rem; padding: 0 1rem; color: light-dark(#14171f, #eceef2); background: light-dark(#f6f7f9, #0f1115); }
main { background: light-dark(#fff, #16191f); border: 1px solid light-dark(#e5e8ed, #272c36); border-radius: 16px; padding: 2rem; box-shadow: 0 4px 14px light-dark(rgb(20 26 40 / 6%), rgb(0 0 0 / 25%)); overflow-x: auto; }
h1 { font-size: 1.5rem; font-weight: 640; letter-spacing: -.02em; margin: 0 0 1rem; }
.notice { border-radius: 9px; padding: .75rem 1rem; background: light-dark(#fdf2dc, #2e2412); }
.wrong { color: light-dark(#b3261e, #ff9c93); }
label { display: block; margin: .9rem 0; font-weight: 580; }
input[type=text], input[type=password] { display: block; width: 100%; box-sizing: border-box; margin-top: .35rem; padding: .5rem .7rem; font: inherit; color: inherit; background: none; border: 1px solid light-dark(#868e9c, #6b7484); border-radius: 9px; }
button { font: inherit; font-weight: 560; padding: .4rem .9rem; border: 1px solid #3a4fd8; border-radius: 9px; background: #3a4fd8; color: #fff; cursor: pointer; }
button.quiet { border-color: light-dark(#d3d8e0, #353b47); background: none; color: light-dark(#3a4fd8, #98a6ff); }
button:focus-visible, input:focus-visible { outline: 2px solid light-dark(#3a4fd8, #98a6ff); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .55rem .5rem; border-bottom: 1px solid light-dark(#e5e8ed, #272c36); vertical-align: middle; }
td form { display: inline; }
tr:has(+ .effect) td { border-bottom: 0; }
.effect td { padding-top: 0; color: light-dark(#565e6c, #a5adba); font-size: .95rem; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
</style>
</head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>
`;

export const loginPage = (action: string, people: readonly DemoPerson[], problem?: string): string =>
  page(
    'Log in',
    `<p class="notice">${NOTICE}</p>
${problem ? `<p class="wrong" role="alert">${escape(problem)}</p>` : ''}
<form method="post" action="${escape(action)}">
<label>Login <input type="text" name="username" autocomplete="username" required autofocus></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<button>Log in</button>
</form>
<p>Demo users, each with the login as password: ${people.map(({ login }) => `<code>${escape(login)}</code>`).join(', ')}.</p>`,
  );

/** The library's form carries its protection against forgery; the button belongs to it by its id. */
export const logoutPage = (form: string): string =>
  page(
    'Log out',
    `${form}
<p>You are logged out of the service. Log out at this provider, too?</p>
<p><button form="op.logoutForm" name="logout" value="yes">Log out</button>
<button class="quiet" form="op.logoutForm">Stay logged in here</button></p>`,
  );

/** @param effects by a person's id, what became of his keys */
export const peoplePage = (
  base: string,
  people: readonly DemoPerson[],
  effects: Readonly<Record<string, string>>,
): string =>
  page(
    'Demo users',
    `<p class="notice">${NOTICE}</p>
<table>
<thead><tr><th>Login</th><th>State</th><th>Roles</th><th>Groups</th></tr></thead>
<tbody>
${people.map((person) => row(base, person, effects[person.id]!)).join('\n')}
</tbody>
</table>
<p>The API key manager reads all of this as it reads Keycloak, and learns of a change within a few seconds: keys of a disabled user are then refused, and work again once the user is enabled; a role that is removed is lost by the keys, too.</p>
<script src="${escape(base)}/effects.js"></script>`,
  );

function row(base: string, person: DemoPerson, effect: string): string {
  const state = person.enabled ? 'enabled' : 'disabled';
  return `<tr>
<td><strong>${escape(person.login)}</strong></td>
<td>${state} ${button(base, person, 'enabled', String(!person.enabled), person.enabled ? 'Disable' : 'Enable')}</td>
<td>${ROLES.map((role) => roleButton(base, person, role)).join(' ')}</td>
<td>${person.groups.map((group) => escape(group)).join('<br>')}</td>
</tr>
<tr class="effect"><td colspan="4" data-person="${escape(person.id)}" role="status">${escape(effect)}</td></tr>`;
}

function roleButton(base: string, person: DemoPerson, role: string): string {
  const has = person.roles.includes(role);
  return button(base, person, 'role', role, `${role} ${has ? '✓' : '+'}`, has ? '' : 'quiet', has);
}

function button(
  base: string,
  { id, login }: DemoPerson,
  name: string,
  value: string,
  text: string,
  look = 'quiet',
  pressed?: boolean,
): string {
  const state = pressed === undefined ? '' : ` aria-pressed="${pressed}"`;
  return `<form method="post" action="${escape(`${base}/people/${id}`)}"><button class="${look}" name="${name}" value="${escape(value)}" aria-label="${escape(`${text}: ${login}`)}"${state}>${escape(text)}</button></form>`;
}
