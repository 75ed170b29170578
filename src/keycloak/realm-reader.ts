import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { keepable } from '../platform/storable.js';
import { KeycloakApi } from './keycloak-api.js';
import type { Paged } from './keycloak-api.js';
import { describe, expectUser, textOf } from './person-reader.js';
import type { Described, KeycloakUser } from './person-reader.js';
import { ServiceAccount } from './service-account.js';

const WHOLE = { briefRepresentation: false };
/** A page of the list has 250: up to here there are fewer pages than a quarter of the owners. */
const USERS_PER_OWNER = 60;
const BRIEF = { briefRepresentation: true };

interface Role {
  readonly id: string;
  /** As we name it. */
  readonly name: string;
  readonly holders: Paged;
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
    const users = await this.users();
    const held = new Map(users.map(({ id }): [string, Held] => [id, { roles: new Set(), groups: [] }]));
    const roles = await this.roles();
    for (const role of roles) {
      for (const { id } of await this.api.readAll(role.holders)) held.get(id as string)?.roles.add(role.id);
    }
    for (const group of await this.api.readAll((client, page) => client.groups.find({ ...WHOLE, ...page })))
      await this.addGroup(group, [], held, roles);
    const leadsTo = await this.composites(roles);
    const nameOf = new Map(roles.map(({ id, name }) => [id, name]));
    return new Map(
      users.map((user) => {
        const { roles: direct, groups } = held.get(user.id)!;
        const names = [...closure(direct, leadsTo)].flatMap((id) => nameOf.get(id) ?? []);
        return [
          user.id,
          {
            ...describe(user, this.config.oidc.attributes),
            roles: keepable(names),
            groups: keepable(groups),
          },
        ];
      }),
    );
  }

  /**
   * What each user's own record says; view-users is enough. Of nobody, where the realm has so many more users than
   * are looked for that the list costs more than it saves. @throws KeycloakError
   */
  async readUsers(wanted: number): Promise<Map<string, Described>> {
    const { status, body } = await this.api.ask((client) => client.users.count());
    const isWorthIt = status === 200 && typeof body === 'number' && body <= wanted * USERS_PER_OWNER;
    const users = isWorthIt ? await this.users() : [];
    return new Map(users.map((user) => [user.id, describe(user, this.config.oidc.attributes)]));
  }

  private async users() {
    const records = await this.api.readAll((client, page) => client.users.find({ ...WHOLE, ...page }));
    return records.map((user) => expectUser(user));
  }

  private async roles(): Promise<Role[]> {
    const realm = await this.api.readAll((client, page) => client.roles.find(page));
    const id = await this.account.clientUuid();
    const own = id ? await this.api.readAll((client, page) => client.clients.listRoles({ id, ...page })) : [];
    const prefix = `${this.config.oidc.clientId}:`;
    return [...realm.map((role) => shape(role, '')), ...own.map((role) => shape(role, prefix, id))];
  }

  /** Which roles a role brings along, by id. */
  private async composites(roles: Role[]): Promise<Map<string, string[]>> {
    const leadsTo = new Map<string, string[]>();
    for (const { id } of roles.filter(({ composite }) => composite)) {
      const parts = await this.api.readAll((client, page) => client.roles.getCompositeRoles({ id, ...page }));
      leadsTo.set(
        id,
        parts.map((part) => textOf(part, 'id')),
      );
    }
    return leadsTo;
  }

  /** Members of a group hold its roles and those of every group above it. */
  private async addGroup(group: Item, above: readonly string[], held: Map<string, Held>, roles: Role[]) {
    const [id, path] = [textOf(group, 'id'), textOf(group, 'path')];
    const inherited = [...above, ...rolesOf(group, roles, this.config.oidc.clientId)];
    const members = await this.api.readAll((client, page) =>
      client.groups.listMembers({ id, ...BRIEF, ...page }),
    );
    for (const member of members) {
      const person = held.get(member.id as string);
      person?.groups.push(path);
      for (const role of inherited) person?.roles.add(role);
    }
    if (group.subGroupCount === 0) return;
    const children = await this.api.readAll((client, page) =>
      client.groups.listSubGroups({ parentId: id, ...WHOLE, ...page }),
    );
    for (const child of children) await this.addGroup(child, inherited, held, roles);
  }
}

function shape(role: Item, prefix: string, clientUuid?: string): Role {
  const name = textOf(role, 'name');
  return {
    id: textOf(role, 'id'),
    name: prefix + name,
    holders: ({ clients, roles }, page) =>
      clientUuid
        ? clients.findUsersWithRole({ id: clientUuid, roleName: name, ...BRIEF, ...page })
        : roles.findUsersWithRole({ name, ...BRIEF, ...page }),
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
