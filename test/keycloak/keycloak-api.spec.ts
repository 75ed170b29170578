import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { KeycloakApi } from '../../src/keycloak/keycloak-api.js';
import { KeycloakError } from '../../src/keycloak/keycloak-error.js';
import { Clock } from '../../src/platform/clock.js';

type Reply = (res: ServerResponse, req: IncomingMessage) => void;

const GOOD: Reply = (res) => void res.end('[]');
const TOKEN: Reply = (res) => void res.end('{"access_token":"good","expires_in":60}');
const says = (status: number, body: string): Reply => {
  return (res) => void res.writeHead(status, { 'content-type': 'text/html' }).end(body);
};
const halfOf = (status: number): Reply => {
  return (res) => void res.writeHead(status, { 'content-length': 50 }).write('[{"id":', () => res.destroy());
};

describe("what becomes of Keycloak's answers", () => {
  let server: Server;
  let api: KeycloakApi;
  let admin: Reply;
  let token: Reply;
  let requests: { url: string; authorization: string | undefined }[];

  beforeAll(async () => {
    server = createServer((req, res) => {
      const ofToken = req.url!.endsWith('/token');
      requests.push({ url: req.url!, authorization: req.headers.authorization });
      (ofToken ? token : admin)(res, req);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    [admin, token, requests] = [GOOD, TOKEN, []];
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`;
    const oidc = { endpoint, realm: 'a realm', clientId: 'manager', clientSecret: 'secret' };
    api = new KeycloakApi({ oidc } as Config, new Clock());
  });

  const find = (signal?: AbortSignal, timeoutMs?: number) =>
    api.ask((client) => client.users.findOne({ id: 'f:1/2:näme' }), signal, timeoutMs);
  const kindOf = async (answer: Promise<unknown>) => {
    const error = await answer.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(KeycloakError);
    return (error as KeycloakError).kind;
  };
  const adminRequests = () => requests.filter(({ url }) => url.startsWith('/auth/admin/'));

  it('encodes realm and ids, below the path of the endpoint', async () => {
    expect(await find()).toEqual({ status: 200, body: [] });
    expect(adminRequests()).toEqual([
      { url: '/auth/admin/realms/a%20realm/users/f%3A1%2F2%3An%C3%A4me', authorization: 'Bearer good' },
    ]);
  });

  it.each<[name: string, kind: string, reply: Reply]>([
    ['429', 'throttled', says(429, '{}')],
    ['500 in HTML', 'server-error', says(500, '<html>')],
    ['503 in JSON', 'server-error', says(503, '{"error":"starting"}')],
    ['200 in HTML', 'unreadable', says(200, '<html>')],
    ['200 without a body', 'unreadable', says(200, '')],
    ['204', 'unreadable', says(204, '')],
    ['404 in HTML', 'unreadable', says(404, '<html>')],
    ['half a JSON text', 'unreadable', says(200, '[{"id":')],
    ['half an answer', 'unreadable', halfOf(200)],
    ['a closed connection', 'unreachable', (res) => void res.destroy()],
    ['a redirect', 'unreachable', (res) => void res.writeHead(302, { location: '/auth/users' }).end()],
  ])('%s is asked again twice, then counts as %s', async (_, kind, reply) => {
    admin = reply;
    expect(await kindOf(find())).toBe(kind);
    expect(adminRequests()).toHaveLength(3);
    expect(api.calls).toEqual({ made: 4, failed: { [kind]: 3 } });
  });

  it.each([400, 403, 404, 409])('%i in JSON is an answer, no failure', async (status) => {
    admin = says(status, '{"error":"User not found"}');
    expect(await find()).toEqual({ status, body: { error: 'User not found' } });
    expect(api.calls).toEqual({ made: 2, failed: {} });
  });

  it.each([400, 403, 404, 409])('%i in place of a list is a refusal, and counted', async (status) => {
    admin = says(status, '{"error":"User not found"}');
    expect(await kindOf(api.read((client) => client.users.find()))).toBe('refused');
    expect(api.calls).toEqual({ made: 2, failed: { refused: 1 } });
  });

  it('a 404 is no empty list', async () => {
    admin = says(404, '{"error":"Could not find group by id"}');
    expect(await kindOf(api.readAll((client, page) => client.groups.listMembers({ id: 'g', ...page })))).toBe(
      'refused',
    );
  });

  it('no answer in time is a time-out, and not asked again', async () => {
    admin = () => undefined;
    expect(await kindOf(find(undefined, 100))).toBe('timeout');
    admin = (res) => void res.writeHead(200).write('[');
    expect(await kindOf(find(undefined, 100))).toBe('timeout');
    expect(api.calls).toEqual({ made: 3, failed: { timeout: 2 } });
  });

  it('whoever asks can give up, and nobody else notices', async () => {
    const replies: ServerResponse[] = [];
    admin = (res) => void replies.push(res);
    const caller = new AbortController();
    const [mine, other] = [kindOf(find(caller.signal)), find()];
    await expect.poll(() => replies.length).toBe(2);
    caller.abort();
    expect(await mine).toBe('timeout');
    for (const res of replies) res.end('[]');
    expect(await other).toEqual({ status: 200, body: [] });
  });

  it('one token serves all, and a refused one is replaced once', async () => {
    let issued = 0;
    token = (res) => void res.end(`{"access_token":"t${(issued += 1)}","expires_in":60}`);
    await Promise.all([find(), find(), find()]);
    expect(issued).toBe(1);
    admin = (res, req) => {
      if (req.headers.authorization === 'Bearer t2') res.end('[]');
      else res.writeHead(401).end('{"error":"HTTP 401 Unauthorized"}');
    };
    expect(await find()).toEqual({ status: 200, body: [] });
    admin = says(401, '{"error":"HTTP 401 Unauthorized"}');
    expect(await kindOf(find())).toBe('unauthorized');
    expect(issued).toBe(3);
  });

  it.each<[name: string, kind: string, reply: Reply]>([
    ['a refused secret', 'unauthorized', says(401, '{"error":"unauthorized_client"}')],
    ['no service account', 'unauthorized', says(400, '{"error":"unauthorized_client"}')],
    ['HTML', 'unreadable', says(200, '<html>')],
    ['no token', 'unreadable', says(200, '{}')],
    ['half an answer', 'unreadable', halfOf(200)],
    ['502', 'server-error', says(502, '<html>')],
    ['403', 'refused', says(403, '{}')],
  ])('of the token endpoint, %s is %s, and counted', async (_, kind, reply) => {
    token = reply;
    expect(await kindOf(find())).toBe(kind);
    expect(adminRequests()).toEqual([]);
    expect(api.calls.failed[kind]).toBe(api.calls.made);
  });

  it.each<[error: string, description: string, remedy: RegExp]>([
    ['unauthorized_client', 'Invalid client or Invalid client credentials', /^Set APIKM_OIDC_CLIENT_SECRET /],
    ['invalid_client', 'Invalid client or Invalid client credentials', /^Check that APIKM_OIDC_CLIENT_ID /],
    ['unauthorized_client', 'Client not enabled to retrieve service account', /"Service accounts roles" on/],
    [
      'unauthorized_client',
      'Public client not allowed to retrieve service account',
      /"Client authentication"/,
    ],
  ])('of the token endpoint, %s %s has its own remedy', async (error, error_description, remedy) => {
    token = says(401, JSON.stringify({ error, error_description }));
    await expect(find()).rejects.toMatchObject({ remedy: expect.stringMatching(remedy) as string });
  });

  it('is not asked while it failed again and again just before', async () => {
    admin = says(500, '{}');
    await kindOf(find());
    await kindOf(find());
    expect(await kindOf(find())).toBe('down');
    await expect(find()).rejects.toMatchObject({
      message: 'Keycloak: it is not asked for a moment, after this: Keycloak: it answered 500',
      origin: { kind: 'server-error' },
    });
    expect(adminRequests()).toHaveLength(5);
  });
});
