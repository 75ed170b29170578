import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { keepable, storable } from '../platform/storable.js';
import { expectRecords, isRecord } from './answers.js';
import { KeycloakApi } from './keycloak-api.js';
import type { Question } from './keycloak-api.js';
import { KeycloakError } from './keycloak-error.js';
import { ServiceAccount } from './service-account.js';

/** A person's rights as Keycloak gives them. Roles of our client are named `client:role`. */
export interface KeycloakUser {
  readonly login: string;
  readonly name: string | null;
  readonly enabled: boolean;
  readonly roles: string[];
  readonly groups: string[];
  readonly attributes: Record<string, string[]>;
}

/** What the user's own record says. */
export type Described = Omit<KeycloakUser, 'roles' | 'groups'>;

interface ReadOptions {
  readonly signal?: AbortSignal;
  /** What a list said of the user: it is not asked for again. */
  readonly described?: Described;
}

interface UserAnswer {
  readonly id: string;
  readonly username: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled: boolean;
  readonly attributes?: Record<string, string[]>;
}

const GROUPS_AT_ONCE = 1000;

/** Reads one person: the user, effective roles, groups with full paths. */
@Injectable()
export class PersonReader {
  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
    private readonly account: ServiceAccount,
  ) {}

  /** undefined: Keycloak says there is no such user. @throws KeycloakError for every other failure. */
  async read(id: string, { signal, described }: ReadOptions = {}): Promise<KeycloakUser | undefined> {
    if (/^\.{0,2}$/.test(id)) throw new KeycloakError('refused', 'an empty id would list everybody');
    const own = described ?? (await this.record(id, signal));
    if (!own) return undefined;
    const realmRoles: Question = (client) => client.users.listCompositeRealmRoleMappings({ id });
    return {
      ...own,
      roles: [...(await this.names(realmRoles, 'name', signal)), ...(await this.clientRoles(id, signal))],
      groups: await this.groups(id, signal),
    };
  }

  private async record(id: string, signal?: AbortSignal): Promise<Described | undefined> {
    const { status, body } = await this.api.ask((client) => client.users.findOne({ id }), signal);
    // Wrong paths and realms are 404 too: only this body speaks of the user.
    if (status === 404 && isRecord(body) && body.error === 'User not found') return undefined;
    if (status !== 200) throw this.api.failure('refused', `it answered ${status}`);
    return describe(expectUser(body, id), this.config.oidc.attributes);
  }

  private async clientRoles(id: string, signal?: AbortSignal): Promise<string[]> {
    const clientUniqueId = await this.account.clientUuid();
    if (!clientUniqueId) return [];
    const roles: Question = (client) => client.users.listCompositeClientRoleMappings({ id, clientUniqueId });
    try {
      const names = await this.names(roles, 'name', signal);
      return names.map((name) => `${this.config.oidc.clientId}:${name}`);
    } catch (error) {
      // Perhaps view-clients was taken away since it was last looked: nobody is unread because of that.
      const isRefused = error instanceof KeycloakError && error.kind === 'refused';
      if (!isRefused) throw error;
      await this.account.look();
      if (await this.account.clientUuid()) throw error;
      return [];
    }
  }

  private async groups(id: string, signal?: AbortSignal): Promise<string[]> {
    const found = new Set<string>();
    for (let first = 0, isMore = true; isMore; first += GROUPS_AT_ONCE) {
      const page = { id, first, max: GROUPS_AT_ONCE };
      const part = expectRecords(await this.api.read((client) => client.users.listGroups(page), signal));
      const known = found.size;
      for (const group of part) found.add(textOf(group, 'path'));
      // Whoever knows no pages gives the same one again and again.
      isMore = part.length === GROUPS_AT_ONCE && found.size > known;
    }
    return keepable([...found]);
  }

  private async names(question: Question, field: string, signal?: AbortSignal): Promise<string[]> {
    const items = expectRecords(await this.api.read(question, signal));
    return keepable(items.map((item) => textOf(item, field)));
  }
}

/** Fields of a user that are asked for by name like attributes, which they win over. */
const FIELDS = ['username', 'email', 'emailVerified', 'firstName', 'lastName'] as const;

/**
 * What the user's own record says. Nobody stays unread, and so enabled, by writing what can't be stored into it.
 * @param wanted the attributes that services are to get, fields of the user among them
 */
export function describe(user: UserAnswer, wanted: readonly string[]): Described {
  const attributes = Object.entries(user.attributes ?? {});
  const fields = FIELDS.filter((field) => wanted.includes(field) && (user[field] ?? '') !== '');
  return {
    login: storable(user.username),
    name: storable([user.firstName, user.lastName].filter(Boolean).join(' ')) || null,
    enabled: user.enabled,
    attributes: Object.fromEntries([
      ...attributes.map(([name, values]) => [
        storable(name),
        [values].flat().map((value) => storable(String(value))),
      ]),
      ...fields.map((field) => [field, [storable(String(user[field]))]]),
    ]) as Record<string, string[]>,
  };
}

/** @throws KeycloakError when it is not a user, or not this one. */
export function expectUser(user: unknown, id?: string): UserAnswer {
  const isUser =
    isRecord(user) &&
    typeof user.id === 'string' &&
    (id === undefined || user.id === id) &&
    typeof user.username === 'string' &&
    typeof user.enabled === 'boolean';
  if (!isUser) throw new KeycloakError('unreadable', 'its answer is not the user that was asked for');
  return user as unknown as UserAnswer;
}

export function textOf(item: Record<string, unknown>, field: string): string {
  const text = item[field];
  if (typeof text !== 'string') throw new KeycloakError('unreadable', `an item of its list has no ${field}`);
  return text;
}
