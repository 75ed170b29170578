import type { KeycloakStandIn, Person } from './keycloak-stand-in.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const SERVICE_ACCOUNT = 'service-account-id';

const ok = (body: unknown): Answer => ({ status: 200, body });
const FORBIDDEN: Answer = { status: 403, body: { error: 'HTTP 403 Forbidden' } };
const NO_USER: Answer = { status: 404, body: { error: 'User not found' } };

/** Keycloak's answer to an admin read below the realm, as far as the service makes them. Names serve as ids. */
export function adminAnswer(standIn: KeycloakStandIn, { pathname, searchParams }: URL): Answer {
  const [, area, id, ...rest] = pathname.split('/').map(decodeURIComponent);
  const people = [...standIn.people.values()];
  const page = (items: unknown[]): Answer => {
    const first = Number(searchParams.get('first') ?? 0);
    return ok(items.slice(first, first + Number(searchParams.get('max') ?? 100)));
  };
  if (area === 'users' && !standIn.can.users) return id || !standIn.can.queryUsers ? FORBIDDEN : ok([]);
  if (id === SERVICE_ACCOUNT) return ok({ id, username: 'service-account', enabled: true });
  if (area === 'users' && id === 'count') return ok(people.length);
  // Roles of our client: as in Keycloak, nobody's are told to who may not see the client.
  if (area === 'users' && rest[1] === 'clients') return clientRolesAnswer(standIn, id!);
  if (area === 'users') return id ? personAnswer(standIn, id, rest[0]) : page(people.map(userOf));
  if (area === 'clients') return standIn.can.clients ? ok([{ id: 'ours' }]) : FORBIDDEN;
  if (area === 'events') return standIn.can.events ? ok({ adminEventsEnabled: true }) : FORBIDDEN;
  if (area === 'admin-events') {
    const since = Number(searchParams.get('dateFrom') ?? 0);
    return page(standIn.events.filter(({ time }) => time >= since));
  }
  if (!standIn.can.roles) return FORBIDDEN;
  const of = (field: 'roles' | 'groups') => [...new Set(people.flatMap((person) => person[field]))];
  const holders = (field: 'roles' | 'groups') => people.filter((person) => person[field].includes(id!));
  if (area === 'roles' && id) return page(holders('roles').map(userOf));
  if (area === 'roles') return page(of('roles').map((name) => ({ id: name, name, composite: false })));
  if (area === 'groups' && id) return page(holders('groups').map(userOf));
  if (area === 'groups') return page(of('groups').map((path) => ({ id: path, path, subGroupCount: 0 })));
  return { status: 404, body: { error: 'HTTP 404 Not Found' } };
}

function personAnswer(standIn: KeycloakStandIn, id: string, part: string | undefined): Answer {
  const person = standIn.people.get(id);
  const forgotten = standIn.forgotten.get(id) ?? 0;
  if (forgotten > 0) standIn.forgotten.set(id, forgotten - 1);
  if (!person || forgotten > 0) return NO_USER;
  if (standIn.unreadable.has(id)) return { status: 500, body: { error: 'unknown_error' } };
  if (part === 'role-mappings') return ok(person.roles.map((name) => ({ name })));
  if (part === 'groups') return ok(person.groups.map((path) => ({ path })));
  return ok(userOf(person));
}

function clientRolesAnswer({ can, people }: KeycloakStandIn, id: string): Answer {
  return can.clients ? ok((people.get(id)?.clientRoles ?? []).map((name) => ({ name }))) : FORBIDDEN;
}

function userOf({ roles: _, groups: __, clientRoles: ___, ...user }: Person) {
  return user;
}
