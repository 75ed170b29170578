import { DataSource } from 'typeorm';
import { digestOf, mintKey } from '../../src/api-keys/key-material.js';
import type { TestServer } from './app.js';

/** People at the provider, each the owner of one live key. @returns their ids and keys */
export async function addOwners(server: TestServer, count: number): Promise<{ id: string; key: string }[]> {
  const people = Array.from({ length: count }, (_, i) => ({
    id: `person-${i}`,
    key: mintKey('akm').secret,
  }));
  for (const { id } of people)
    server.keycloak.add({ id, username: `login-${id}`, roles: ['reader'], groups: ['/org'] });
  const source = server.get(DataSource);
  await source.query(
    `INSERT INTO owners (id, login, roles, groups, attributes, rights_read_at, created_at)
     SELECT id, 'login-' || id, '{reader}', '{/org}', '{}', $2, $2 FROM unnest($1::text[]) AS p (id)`,
    [people.map(({ id }) => id), server.clock.now()],
  );
  await source.query(
    `INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at)
     SELECT 'key-' || id, digest, id, 'test', 'akm', $3, $3::timestamptz + interval '1 day'
     FROM unnest($1::text[], $2::bytea[]) AS k (id, digest)`,
    [people.map(({ id }) => id), people.map(({ key }) => digestOf(key)), server.clock.now()],
  );
  return people;
}
