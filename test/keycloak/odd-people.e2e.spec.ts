import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { Owner } from '../../src/owners/owner.entity.js';
import { OwnersService } from '../../src/owners/owners.service.js';
import { TestServer } from '../support/app.js';
import { BOB } from '../support/keycloak-stand-in.js';

describe('a person whose record in Keycloak can not be stored as it is', () => {
  const odd = { id: 'odd', username: 'o\0dd', attributes: { plan: ['a\ud800', 'b'] } };

  it('is followed all the same, without the roles and groups whose names can’t be kept', async () => {
    const server = await TestServer.start();
    server.keycloak.add({ ...odd, roles: ['reader', 'wri\0ter'], groups: ['/org', '/\udfff'] });
    const { key } = await server.createKey({}, 'odd');
    const owner = await server.get(DataSource).manager.findOneByOrFail(Owner, { id: 'odd' });
    expect(owner).toMatchObject({
      login: 'o\ufffddd',
      roles: ['reader'],
      groups: ['/org'],
      attributes: { plan: ['a\ufffd', 'b'] },
    });
    Object.assign(server.keycloak.people.get('odd')!, { enabled: false });
    await server.synchronize();
    expect((await server.check(key)).status).toBe(403);
  });

  it('is let in by a token as well, where tokens tell the rights', async () => {
    const server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '-1' });
    const token = await server.keycloak.accessToken('odd', {
      ...{ preferred_username: 'o\0dd', name: 'O\ud800', plan: ['a\ud800', 'b'] },
      realm_access: { roles: ['reader', 'wri\0ter'] },
      groups: ['/org', '/\udfff'],
      iat: Math.floor(server.clock.millis() / 1000),
    });
    const { status, body } = await server.call('/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        ...{ login: 'o\ufffddd', roles: ['reader'], groups: ['/org'] },
        attributes: { plan: ['a\ufffd', 'b'] },
      }),
    ]);
  });

  it('never keeps others who were disabled meanwhile', async () => {
    const server = await TestServer.start();
    server.keycloak.add({ id: 'unwritable', username: 'first' });
    const bobs = await server.createKey({}, BOB);
    await server.createKey({}, 'unwritable');
    const owners = server.get(OwnersService);
    const confirm = owners.confirm.bind(owners);
    owners.confirm = (rights) =>
      rights.id === 'unwritable' ? Promise.reject(new Error('can not be written')) : confirm(rights);
    for (const id of ['unwritable', BOB]) Object.assign(server.keycloak.people.get(id)!, { enabled: false });
    expect(await server.synchronize()).toMatchObject({
      outcome: 'incomplete',
      unreadable: 1,
      changed: 1,
      problem: 'can not be written',
    });
    expect((await server.check(bobs.key)).status).toBe(403);
  });
});
