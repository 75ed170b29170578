import { escapeHtml as escape } from '../platform/html.js';
import { ROLES } from './people.js';
import type { DemoPerson } from './people.js';

const NOTICE =
  'This is the embedded provider for trying things out: everybody who reaches this page can log in as anybody. In production it is not there; your Keycloak is.';

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color: #1c2330; background: #f6f7f9; }
main { background: #fff; border: 1px solid #d8dde6; border-radius: 8px; padding: 1.5rem 2rem; }
h1 { font-size: 1.4rem; margin-top: 0; }
.notice { border-left: 4px solid #b45309; padding: .5rem 1rem; background: #fff7ed; }
.wrong { color: #b91c1c; }
label { display: block; margin: .75rem 0; }
input[type=text], input[type=password] { display: block; width: 100%; box-sizing: border-box; padding: .5rem; font: inherit; border: 1px solid #8a94a6; border-radius: 4px; }
button { font: inherit; padding: .4rem .9rem; border: 1px solid #1d4ed8; border-radius: 4px; background: #1d4ed8; color: #fff; cursor: pointer; }
button.quiet { background: #fff; color: #1d4ed8; }
button:focus-visible, input:focus-visible { outline: 3px solid #93c5fd; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #d8dde6; vertical-align: middle; }
td form { display: inline; }
tr:has(+ .effect) td { border-bottom: 0; }
.effect td { padding-top: 0; color: #4b5563; font-size: .95rem; }
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
<p>You are logged out of the service. Shall the login at this provider end, too?</p>
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
<p>The API key manager reads all of this as it reads Keycloak, and hears of a change within a few seconds: keys of a
disabled user are refused then, and come back with their owner; a role that is taken goes from the keys, too.</p>
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
