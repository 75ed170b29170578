import { describe, expect, it } from 'vitest';
import { FollowKeycloak } from '../../src/rights/follow-keycloak.js';
import { OwnersService } from '../../src/owners/owners.service.js';
import { TestServer } from '../support/app.js';
import { addOwners } from '../support/many-owners.js';

const OWNERS = 250;
const INTERVAL_MS = 300_000;

describe('many owners, with view-users alone', () => {
  /** Requests that the work takes. */
  async function requestsOf(server: TestServer, work: () => Promise<unknown>): Promise<number> {
    const before = server.keycloak.reads.made;
    await work();
    return server.keycloak.reads.made - before;
  }

  it('take two requests each and some lists, and every change is seen', async () => {
    const server = await TestServer.start();
    await addOwners(server, OWNERS);
    const pass = () => server.synchronize();
    expect(await requestsOf(server, pass)).toBeLessThan(2.1 * OWNERS);
    const { people } = server.keycloak;
    people.get('person-1')!.enabled = false;
    people.get('person-2')!.roles = ['writer'];
    people.get('person-3')!.attributes = { plan: ['gold'] };
    people.delete('person-4');
    expect(await server.synchronize()).toMatchObject({ mode: 'each', outcome: 'done', changed: 4 });
    const owners = server.get(OwnersService);
    expect(await owners.find('person-1')).toMatchObject({ enabled: false });
    expect(await owners.find('person-2')).toMatchObject({ roles: ['writer'] });
    expect(await owners.find('person-3')).toMatchObject({ attributes: { plan: ['gold'] } });
    expect(await owners.find('person-4')).toMatchObject({ enabled: false });
  });

  it('are read without a list of users where the realm has far more of them', async () => {
    const server = await TestServer.start();
    await addOwners(server, 200);
    for (let i = 0; i < 200 * 60; i += 1) server.keycloak.add({ id: `guest-${i}`, username: `guest-${i}` });
    expect(await server.synchronize()).toMatchObject({ outcome: 'done' });
    expect(server.keycloak.requests.filter((path) => /\/users\/?$/.test(path))).toHaveLength(1);
  });

  it('are not read again because of one who cannot be read: that one alone is, later each time', async () => {
    const server = await TestServer.start();
    const people = await addOwners(server, OWNERS);
    server.keycloak.unreadable.add('person-7');
    const follow = server.get(FollowKeycloak);
    await follow.asLeader(INTERVAL_MS);
    const asked = () => server.keycloak.requests.filter((path) => path.includes('/users/person-7')).length;
    const [requests, begin] = [server.keycloak.reads.made, asked()];
    const tries: number[] = [];
    for (let seconds = 3; seconds < 299; seconds += 3) {
      const before = asked();
      server.clock.advance(3);
      await follow.asLeader(INTERVAL_MS);
      if (asked() > before) tries.push(seconds);
    }
    expect(tries).toEqual([12, 33, 75, 156]);
    // Each is tried three times, and each time another request tells that Keycloak itself answers.
    expect(server.keycloak.reads.made - requests).toBeLessThan(2 * (asked() - begin));
    server.keycloak.unreadable.clear();
    Object.assign(server.keycloak.people.get('person-7')!, { enabled: false });
    server.clock.advance(1200);
    await follow.asLeader(Infinity);
    expect((await server.check(people[7]!.key)).status).toBe(403);
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    const { body } = await server.as('admin', 'GET', '/v1/admin/sync');
    expect(body.lastPass).toMatchObject({ outcome: 'done', unreadable: 0, confirmed: OWNERS, problem: null });
  });

  it('are all read soon after an outage, though each had been tried in vain', async () => {
    const server = await TestServer.start();
    await addOwners(server, OWNERS);
    const follow = server.get(FollowKeycloak);
    server.keycloak.broken = { status: 503, body: '{}' };
    await follow.asLeader(INTERVAL_MS);
    for (let i = 0; i < 5; i += 1) {
      server.clock.advance(10);
      expect(await requestsOf(server, () => follow.asLeader(INTERVAL_MS))).toBeLessThan(10);
    }
    server.keycloak.broken = undefined;
    const catchUp = async () => {
      server.clock.advance(10);
      await follow.asLeader(INTERVAL_MS);
      return (await server.get(OwnersService).oldestRights())!.getTime();
    };
    const back = server.clock.millis();
    await expect.poll(catchUp, { timeout: 20_000, interval: 600 }).toBeGreaterThanOrEqual(back);
  });
});
