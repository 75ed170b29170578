import type { ConfirmedRights } from '../owners/owners.service.js';
import { keepable, storable } from '../platform/storable.js';

/** The claims of a verified access token, as Keycloak's mappers name them. */
export interface Claims {
  readonly sub: string;
  readonly iat?: number;
  readonly [claim: string]: unknown;
}

interface Wanted {
  readonly clientId: string;
  /** The attributes that services are to get, fields of the user among them. */
  readonly attributes: readonly string[];
}

/** What a token says of its bearer's rights, at the instant of its issue. */
export function rightsOfClaims(claims: Claims, { clientId, attributes }: Wanted, now: Date): ConfirmedRights {
  const { sub, iat, preferred_username: login, name } = claims;
  const resources = claims.resource_access as Record<string, unknown> | undefined;
  const own = texts(rolesIn(resources?.[clientId])).map((role) => `${clientId}:${role}`);
  const issuedAt = iat === undefined ? now : new Date(Math.min(iat * 1000, now.getTime()));
  return {
    id: sub,
    login: typeof login === 'string' ? storable(login) : null,
    name: typeof name === 'string' ? storable(name) : null,
    enabled: true,
    roles: keepable([...texts(rolesIn(claims.realm_access) ?? claims.roles), ...own]),
    groups: keepable(texts(claims.groups)),
    attributes: { ...attributesOf(claims), ...fieldsOf(claims, attributes) },
    rightsReadAt: issuedAt,
  };
}

const STANDARD = new Set(
  'iss sub aud exp nbf iat jti azp typ sid scope acr auth_time session_state name preferred_username given_name family_name email email_verified realm_access resource_access roles groups allowed-origins'.split(
    ' ',
  ),
);

/** Attributes are lists everywhere else, too. */
function attributesOf(claims: Claims): Record<string, string[]> {
  const others = Object.entries(claims).filter(([name]) => !STANDARD.has(name));
  return Object.fromEntries(
    others
      .map(([name, value]) => [storable(name), texts([value].flat()).map(storable)] as const)
      .filter(([, list]) => list!.length > 0),
  ) as Record<string, string[]>;
}

/** As Keycloak's own mappers name the user's fields in a token. */
const FIELDS: Readonly<Record<string, string>> = {
  username: 'preferred_username',
  email: 'email',
  emailVerified: 'email_verified',
  firstName: 'given_name',
  lastName: 'family_name',
};

function fieldsOf(claims: Claims, wanted: readonly string[]): Record<string, string[]> {
  const fields = Object.entries(FIELDS).filter(([field]) => wanted.includes(field));
  const told = fields.map(([field, claim]): [string, unknown] => [field, claims[claim]]);
  return Object.fromEntries(
    told.filter(([, value]) => isField(value)).map(([field, value]) => [field, [storable(String(value))]]),
  );
}

const isField = (value: unknown): boolean =>
  typeof value === 'boolean' || (typeof value === 'string' && value !== '');

const rolesIn = (access: unknown): unknown =>
  typeof access === 'object' && access !== null ? (access as { roles?: unknown }).roles : undefined;

const texts = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
