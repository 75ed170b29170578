import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ServiceAccount } from './abilities.js';
import { KeycloakApi } from './keycloak-api.js';
import { describe, expectUser, textOf } from './person-reader.js';
import type { KeycloakUser } from './person-reader.js';

interface Role {
  readonly id: string;
  /** As we name it. */
  readonly name: string;
  /** Of its holders. */
  readonly path: string;
  readonly composite: boolean;
}

/** A person's roles and groups while they are gathered, by id. */
interface Held {
  readonly roles: Set<string>;
  readonly groups: string[];
}

type Item = Record<string, unknown>;

/**
 * Everybody of the realm by a few lists: users, roles with their composites and holders, groups with their members.
 * Lists move while they are paged, so a difference seen here is a reason to read that person, never a fact.
 */
@Injectable()
export class RealmReader {
  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
    private readonly account: ServiceAccount,
  ) {}

  /** The service account must be able to read roles. @throws KeycloakError */
  async read(): Promise<Map<string, KeycloakUser>> {
    const users = (await this.api.readAll('/users?briefRepresentation=false')).map((user) =>
      expectUser(user),
    );
    const held = new Map(users.map(({ id }): [string, Held] => [id, { roles: new Set(), groups: [] }]));
    const roles = await this.roles();
    for (const role of roles) {
      for (const { id } of await this.api.readAll(`${role.path}/users?briefRepresentation=true`))
        held.get(id as string)?.roles.add(role.id);
    }
    for (const group of await this.api.readAll('/groups?briefRepresentation=false'))
      await this.addGroup(group, [], held, roles);
    const leadsTo = await this.composites(roles);
    const nameOf = new Map(roles.map(({ id, name }) => [id, name]));
    return new Map(
      users.map((user) => {
        const { roles: direct, groups } = held.get(user.id)!;
        const names = [...closure(direct, leadsTo)].flatMap((id) => nameOf.get(id) ?? []);
        return [user.id, { ...describe(user), roles: names, groups }];
      }),
    );
  }

  private async roles(): Promise<Role[]> {
    const realm = (await this.api.readAll('/roles')).map((role) => shape(role, '/roles', ''));
    const { clientUuid } = await this.account.abilities();
    if (!clientUuid) return realm;
    const path = `/clients/${clientUuid}/roles`;
    const own = await this.api.readAll(path);
    return [...realm, ...own.map((role) => shape(role, path, `${this.config.oidc.clientId}:`))];
  }

  /** Which roles a role brings along, by id. */
  private async composites(roles: Role[]): Promise<Map<string, string[]>> {
    const leadsTo = new Map<string, string[]>();
    for (const { id } of roles.filter(({ composite }) => composite)) {
      const parts = await this.api.readAll(`/roles-by-id/${encodeURIComponent(id)}/composites`);
      leadsTo.set(
        id,
        parts.map((part) => textOf(part, 'id')),
      );
    }
    return leadsTo;
  }

  /** Members of a group hold its roles and those of every group above it. */
  private async addGroup(group: Item, above: readonly string[], held: Map<string, Held>, roles: Role[]) {
    const [id, path] = [encodeURIComponent(textOf(group, 'id')), textOf(group, 'path')];
    const inherited = [...above, ...rolesOf(group, roles, this.config.oidc.clientId)];
    for (const member of await this.api.readAll(`/groups/${id}/members?briefRepresentation=true`)) {
      const person = held.get(member.id as string);
      person?.groups.push(path);
      for (const role of inherited) person?.roles.add(role);
    }
    if (group.subGroupCount === 0) return;
    for (const child of await this.api.readAll(`/groups/${id}/children?briefRepresentation=false`))
      await this.addGroup(child, inherited, held, roles);
  }
}

function shape(role: Item, path: string, prefix: string): Role {
  const name = textOf(role, 'name');
  return {
    id: textOf(role, 'id'),
    name: prefix + name,
    path: `${path}/${encodeURIComponent(name)}`,
    composite: role.composite === true,
  };
}

/** A group names its own roles; ids are what the rest is joined by. */
function rolesOf(group: Item, roles: Role[], clientId: string): string[] {
  const { realmRoles = [], clientRoles = {} } = group as {
    realmRoles?: string[];
    clientRoles?: Record<string, string[]>;
  };
  const own = (clientRoles[clientId] ?? []).map((name) => `${clientId}:${name}`);
  const names = new Set([...realmRoles, ...own]);
  return roles.filter(({ name }) => names.has(name)).map(({ id }) => id);
}

function closure(direct: ReadonlySet<string>, leadsTo: Map<string, string[]>): Set<string> {
  const all = new Set(direct);
  for (const id of all) for (const next of leadsTo.get(id) ?? []) all.add(next);
  return all;
}
