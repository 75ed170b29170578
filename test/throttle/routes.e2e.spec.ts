import { describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe('how often a route may be called', () => {
  const make = (server: TestServer, sub = ALICE) => server.as(sub, 'POST', '/v1/keys', { name: 'n' });
  const makeTheOldWay = (server: TestServer, sub = ALICE) =>
    server.as(sub, 'GET', '/auth/api_key/new?name=n');

  it('is counted for each person, over all routes that make keys, and says when to try again', async () => {
    const server = await TestServer.start({ APIKM_CREATE_RATE: '3/minute' });
    expect((await make(server)).status).toBe(201);
    expect((await makeTheOldWay(server)).status).toBe(200);
    expect((await make(server)).status).toBe(201);
    const refused = await make(server);
    expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    const refusedTheOldWay = await makeTheOldWay(server);
    expect([refusedTheOldWay.status, refusedTheOldWay.body.error]).toEqual([
      429,
      refusedTheOldWay.body.detail,
    ]);
    expect((await make(server, BOB)).status).toBe(201);
    server.clock.advance(61);
    expect((await make(server)).status).toBe(201);
  });

  it('holds for each of several limits', async () => {
    const server = await TestServer.start({ APIKM_CREATE_RATE: '2/minute;3/hour' });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await make(server)).status);
    server.clock.advance(61);
    for (let i = 0; i < 3; i += 1) statuses.push((await make(server)).status);
    expect(statuses).toEqual([201, 201, 429, 201, 429, 429]);
  });

  it('never keeps anybody from verifying', async () => {
    const server = await TestServer.start({ APIKM_CREATE_RATE: '1/minute' });
    const { key } = await server.createKey();
    expect((await make(server)).status).toBe(429);
    expect((await server.check(key)).status).toBe(200);
  });

  it('keeps logins of one address within reason, and turns the rest away', async () => {
    const server = await TestServer.start();
    const statuses = new Map<number, number>();
    const ask = () => server.call('/auth/login', { redirect: 'manual' });
    for (let i = 0; i < 30; i += 1)
      for (const { status } of await Promise.all(Array.from({ length: 101 }, ask)))
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect([...statuses]).toEqual([
      [302, 3000],
      [429, 30],
    ]);
  });
});
