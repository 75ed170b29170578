import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FollowKeycloak } from '../../src/rights/follow-keycloak.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import { addOwners } from '../support/many-owners.js';
import { documentedMessages, isDocumented } from '../support/documented-messages.js';
import { newLines } from '../support/operator-log.js';

const INTERVAL_MS = 300_000;

describe('what an operator reads of the synchronisation', () => {
  let server: TestServer;
  let lines: () => string[];
  beforeEach(async () => {
    server = await TestServer.start({ APIKM_LOG_LEVEL: 'info' });
    lines = newLines(server);
  });
  const documented = documentedMessages('Messages of the synchronisation');
  afterEach(() => {
    const all = newLines(server)().map((line) => line.replace(/^\w+: /, ''));
    expect(all.filter((line) => !isDocumented(line, documented))).toEqual([]);
  });

  const failures = async (kind: string): Promise<number> => {
    const { values } = await server.get(Registry).getSingleMetric('apikm_keycloak_failures_total')!.get();
    return values.find(({ labels }) => labels.kind === kind)?.value ?? 0;
  };
  /** One look of the replica that leads, `after` seconds later. */
  const look = async (after = 3) => {
    server.clock.advance(after);
    await server.get(FollowKeycloak).asLeader(INTERVAL_MS);
  };

  it('takes a realm without people for no missing right', async () => {
    server.keycloak.people.clear();
    await server.synchronize();
    expect(lines().filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('is told of a missing view-users once, and once when it is given', async () => {
    await server.createKey({}, BOB);
    lines();
    Object.assign(server.keycloak.can, { users: false, queryUsers: true });
    await server.synchronize();
    await server.synchronize();
    expect(lines().filter((line) => line.includes('view-users') || line.includes('cannot be read'))).toEqual([
      expect.stringMatching(/^error: the service account: view-users is missing: .*Give the service account/),
    ]);
    server.keycloak.can.users = true;
    await server.synchronize();
    await server.synchronize();
    expect(lines().filter((line) => line.includes('view-users'))).toEqual([
      'info: the service account: view-users is given now.',
    ]);
  });

  it.each<[name: string, kind: string, cause: RegExp, begin: () => void | Promise<void>]>([
    [
      'an answer of 503 to everything',
      'server-error',
      /^warn: Keycloak: it answered 503 \(asked at http:.*its own log says why/i,
      () => void (server.keycloak.broken = { status: 503, body: '{}' }),
    ],
    [
      'an answer that is not Keycloak’s',
      'unreadable',
      /^warn: Keycloak: its answer 404 is not JSON .*check APIKM_OIDC_ENDPOINT/,
      () => void (server.keycloak.broken = { status: 404, body: '<html>' }),
    ],
    [
      'a secret that was changed',
      'unauthorized',
      /^warn: Keycloak: the client id or secret is refused.*\(unauthorized_client\).*Set APIKM_OIDC_CLIENT_SECRET/,
      () => {
        server.keycloak.refusesAccount = true;
        server.clock.advance(61);
      },
    ],
  ])('reads %s in one line, and its end with how long it took', async (_, kind, cause, begin) => {
    await server.createKey();
    await server.createKey({}, BOB);
    await look();
    lines();
    await begin();
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'meanwhile' })).status).toBe(201);
    await expect.poll(() => server.lines.join()).toContain('Keycloak: ');
    for (let seconds = 0; seconds < 660; seconds += 60) await look(60);
    expect(lines()).toEqual([expect.stringMatching(cause)]);
    expect(await failures(kind)).toBeGreaterThan(0);
    server.keycloak.broken = undefined;
    server.keycloak.refusesAccount = false;
    // The breaker lets the next request through after a second.
    await pause(1100);
    await look();
    await look(10);
    expect(lines()).toEqual([expect.stringMatching(/^info: Keycloak answers again, after 66\d s$/)]);
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'after' })).headers.get('warning')).toBeNull();
    expect(lines()).toEqual([]);
  });

  it('is told of a view-clients that was taken away, and everybody is read all the same', async () => {
    server.keycloak.can.clients = true;
    await server.synchronize();
    lines();
    server.keycloak.can.clients = false;
    server.keycloak.add({ id: 'later', username: 'later' });
    expect((await server.as('later', 'POST', '/v1/keys', { name: 'k' })).status).toBe(201);
    expect(lines()).toEqual([expect.stringMatching(/^info: the service account: view-clients is missing/)]);
  });

  it('is whom everybody is sent to while the service account is refused, however often it was before', async () => {
    server.keycloak.refusesAccount = true;
    server.clock.advance(61);
    for (let i = 0; i < 8; i += 1) {
      server.keycloak.add({ id: `new-${i}`, username: `new-${i}` });
      const { status, body } = await server.as(`new-${i}`, 'POST', '/v1/keys', { name: 'k' });
      expect([status, body.code]).toEqual([503, 'IDENTITY_PROVIDER_MISCONFIGURED']);
    }
    server.keycloak.refusesAccount = false;
    await pause(1100);
    await look(10);
    lines();
  });

  it('reads once where a Keycloak that is stopped could not be reached, and when it is back', async () => {
    await server.createKey();
    lines();
    await server.keycloak.stop();
    await server.createKey();
    await look(INTERVAL_MS);
    await expect
      .poll(lines)
      .toEqual([
        expect.stringMatching(
          /^warn: Keycloak: it cannot be reached \(ECONNREFUSED\) \(asked at http:.*reaches that address/,
        ),
      ]);
    await look(10);
    expect(lines()).toEqual([]);
  });

  it('reads once whom Keycloak can not tell about, and once when it can', async () => {
    const people = await addOwners(server, 4);
    await look();
    lines();
    for (const { id } of people) server.keycloak.unreadable.add(id);
    server.keycloak.add({ id: 'other', username: 'other' });
    await server.createKey({}, 'other');
    for (let i = 0; i < 5; i += 1) await look(301);
    expect(lines()).toEqual([
      expect.stringMatching(
        /^warn: the rights of "person-0", "person-1", "person-2" and 1 others cannot be read: Keycloak: it answered 500/,
      ),
    ]);
    server.keycloak.unreadable.clear();
    await look(601);
    expect(lines()).toEqual([
      'info: the rights of "person-0", "person-1", "person-2" and 1 others are read again, after 1805 s',
    ]);
  });

  it('reads once who logs in while that person alone cannot be read', async () => {
    await server.createKey({}, BOB);
    server.keycloak.unreadable.add(BOB);
    lines();
    await server.createKey({}, BOB);
    await server.createKey({}, BOB);
    await expect.poll(lines).toEqual([expect.stringContaining(`the rights of "${BOB}" cannot be read`)]);
    server.keycloak.unreadable.clear();
    await server.createKey({}, BOB);
    await expect.poll(lines).toEqual([expect.stringContaining(`the rights of "${BOB}" are read again`)]);
  });

  it('reads once that a pass is held, and once that none is any more', async () => {
    const people = await addOwners(server, 30);
    await server.synchronize();
    lines();
    for (const { id } of people) Object.assign(server.keycloak.people.get(id)!, { roles: [], groups: [] });
    await server.synchronize();
    await server.synchronize();
    expect(lines()).toEqual([expect.stringMatching(/^error: 30 of 30 owners would vanish/)]);
    for (const { id } of people) server.keycloak.people.get(id)!.roles = ['reader'];
    await server.synchronize();
    expect(lines()).toEqual([expect.stringMatching(/^info: no pass is held any more, after 0 s/)]);
  });

  it('reads what view-realm would save, and when the first long pass begins and ends', async () => {
    await addOwners(server, 250);
    await look();
    await look(301);
    expect(lines()).toEqual([
      expect.stringContaining('view-events is missing'),
      expect.stringContaining('view-clients is missing'),
      'info: reading the rights of 250 owners',
      expect.stringMatching(
        /view-realm is missing: each pass reads 250 owners one by one, with about 500 requests/,
      ),
      'info: the rights of 250 owners are read, in 0 s: 0 changed, 0 could not be read',
    ]);
  });
});
