// What is measured: servers, and the requests that they get.
const CHECK = '/auth/check_key';
export const FORWARD_AUTH_URI = 'forward-auth, key in the original URI';
export const BARE_NODE = 'bare node:http, the same answer';
export const BARE_NEST = 'bare Nest + Express route';
export const NEST_ROUTE = 'the Nest route (fast lane off)';
export const ADDRESSES = '1,000 client addresses';
export const KEYS = '1,000 keys in turn';
export const BETTER_AUTH = 'better-auth api-key verify';
export const CARRIERS = ['bearer', 'basic', 'query', 'path', 'forward-auth', FORWARD_AUTH_URI];
export const REFUSALS = ['refused: bad checksum', 'refused: known bad', 'refused: blocked client'];
const BLOCKED = { 'X-Forwarded-For': '198.51.100.66' };

export function casesOf({ ours, withoutLane, bareNode, bareNest, betterAuth }, secrets) {
  const header = { 'X-Api-Key': secrets[0] };
  const there = (server, name, rest) => ({ name, server, port: server.port, path: CHECK, ...rest });
  return [
    there(bareNode, BARE_NODE, { headers: header }),
    there(ours, 'header', { headers: header }),
    ...carried(ours, secrets[0]),
    ...refused(ours, secrets[0]),
    keysInTurn(ours, KEYS, secrets),
    there(ours, ADDRESSES, { headers: header, each: { name: 'X-Forwarded-For', values: addresses() } }),
    there(bareNest, BARE_NEST, { headers: header }),
    there(withoutLane, NEST_ROUTE, { headers: { 'X-Api-Key': withoutLane.secrets[0] ?? secrets[0] } }),
    ...(betterAuth
      ? [there(betterAuth, BETTER_AUTH, { headers: { 'X-Api-Key': betterAuth.secrets[0] } })]
      : []),
  ];
}

export const keysInTurn = (server, name, values) => ({
  name,
  server,
  port: server.port,
  path: CHECK,
  each: { name: 'X-Api-Key', values },
});

function carried(server, key) {
  const basic = Buffer.from(`any:${key}`).toString('base64');
  const requests = [
    { path: CHECK, headers: { Authorization: `Bearer ${key}` } },
    { path: CHECK, headers: { Authorization: `Basic ${basic}` } },
    { path: `${CHECK}?api-key=${key}` },
    { path: `/k/${key}${CHECK}` },
    { path: '/v1/forward-auth', headers: { 'X-Api-Key': key } },
    { path: '/v1/forward-auth?audience=maps', headers: { 'X-Original-URI': `/k/${key}/data/x.tif` } },
  ];
  return requests.map((request, i) => ({ name: CARRIERS[i], server, port: server.port, ...request }));
}

function refused(server, key) {
  const badChecksum = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
  const requests = [
    { headers: { 'X-Api-Key': badChecksum }, expect: 403 },
    { headers: { 'X-Api-Key': '00000000-0000-4000-8000-000000000000' }, expect: 403 },
    { headers: { ...BLOCKED, 'X-Api-Key': 'x' }, expect: 429 },
  ];
  const at = { server, port: server.port, path: CHECK };
  return requests.map((request, i) => ({ name: REFUSALS[i], ...at, ...request }));
}

const addresses = () => Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);

/** Wrong keys until the client is turned away. */
export async function block({ port }) {
  for (let i = 0; i < 20; i += 1)
    await fetch(`http://127.0.0.1:${port}${CHECK}`, { headers: { ...BLOCKED, 'X-Api-Key': `wrong${i}` } });
}
