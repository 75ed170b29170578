import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';

const TIMEOUT_MS = 3000;
/** A token that ends within this time is not used any more. */
const TOKEN_MARGIN_MS = 10_000;

export interface KeycloakUser {
  readonly login: string;
  readonly name: string | null;
  readonly enabled: boolean;
  readonly roles: string[];
  readonly groups: string[];
  readonly attributes: Record<string, string[]>;
}

interface UserAnswer {
  readonly id: string;
  readonly username: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled: boolean;
  readonly attributes?: Record<string, string[]>;
}

/** Keycloak gave no answer that can be trusted; the person may well exist. */
export class KeycloakError extends Error {}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The few reads of Keycloak's admin REST, with the service account's token. */
@Injectable()
export class KeycloakClient {
  private token: { readonly value: string; readonly endsAt: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** undefined: Keycloak says there is no such user. @throws KeycloakError for every other failure. */
  async user(id: string): Promise<KeycloakUser | undefined> {
    if (/^\.{0,2}$/.test(id)) throw new KeycloakError('an empty id would list everybody');
    const path = `/users/${encodeURIComponent(id)}`;
    const { status, body } = await this.get(path);
    // Wrong paths and realms are 404 too: only this body speaks of the user.
    if (status === 404 && isRecord(body) && body.error === 'User not found') return undefined;
    const user = expectUser(expectOk(status, body), id);
    const [roles, groups] = await Promise.all([
      this.names(`${path}/role-mappings/realm/composite`, 'name'),
      this.names(`${path}/groups?max=1000`, 'path'),
    ]);
    return {
      login: user.username,
      name: [user.firstName, user.lastName].filter(Boolean).join(' ') || null,
      enabled: user.enabled,
      roles,
      groups,
      attributes: user.attributes ?? {},
    };
  }

  private async names(path: string, field: string): Promise<string[]> {
    const { status, body } = await this.get(path);
    const list = expectOk(status, body);
    if (!Array.isArray(list)) throw new KeycloakError('the answer is no list');
    return list.map((item: unknown) => {
      const name = isRecord(item) ? item[field] : undefined;
      if (typeof name !== 'string') throw new KeycloakError(`an item of the list has no ${field}`);
      return name;
    });
  }

  private async get(path: string): Promise<Answer> {
    const { endpoint, realm } = this.config.oidc;
    const url = `${endpoint}/admin/realms/${encodeURIComponent(realm)}${path}`;
    const first = await request(url, { headers: { authorization: `Bearer ${await this.accessToken()}` } });
    if (first.status !== 401) return first;
    this.token = undefined;
    return request(url, { headers: { authorization: `Bearer ${await this.accessToken()}` } });
  }

  private async accessToken(): Promise<string> {
    if (this.token && this.token.endsAt - TOKEN_MARGIN_MS > this.clock.now().getTime())
      return this.token.value;
    this.fetching ??= this.fetchToken().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetchToken(): Promise<string> {
    const { endpoint, realm, clientId, clientSecret } = this.config.oidc;
    const asked = this.clock.now().getTime();
    const { status, body } = await request(
      `${endpoint}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
        }),
      },
    );
    const answer = expectOk(status, body);
    if (!isRecord(answer) || typeof answer.access_token !== 'string')
      throw new KeycloakError('the token endpoint gave no token');
    const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : 60;
    this.token = { value: answer.access_token, endsAt: asked + seconds * 1000 };
    return this.token.value;
  }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  } catch (error) {
    throw new KeycloakError('Keycloak could not be read', { cause: error });
  }
}

function expectUser(user: unknown, id: string): UserAnswer {
  const isUser =
    isRecord(user) &&
    user.id === id &&
    typeof user.username === 'string' &&
    typeof user.enabled === 'boolean';
  if (!isUser) throw new KeycloakError('the answer is not the user that was asked for');
  return user as unknown as UserAnswer;
}

function expectOk(status: number, body: unknown): unknown {
  if (status !== 200) throw new KeycloakError(`Keycloak answered ${status}`);
  return body;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
