// What is measured: servers, and the requests that they get.
const CHECK = '/auth/check_key';
export const HEADER = 'header';
export const BARE_NODE = 'bare node:http, the same bytes';
export const BARE_403 = 'bare node:http, the same 403';
export const BARE_429 = 'bare node:http, the same 429';
export const BARE_AMONG_MODULES = 'bare node:http that has imported our modules';
export const BESIDE = 'header, with a bare server in its process';
export const BARE_BESIDE = 'bare node:http in that process';
export const BARE_NEST = 'bare Nest + Express route';
export const NEST_ROUTE = 'the Nest route (fast lane off)';
export const THIS_BUILD = 'header, this build';
export const THAT_BUILD = 'header, that build';
export const ADDRESSES = '1,000 client addresses';
export const KEYS = '1,000 keys in turn';
export const BETTER_AUTH = 'better-auth api-key verify';
export const CARRIERS = ['bearer', 'basic', 'query', 'path'];
export const FORWARD_AUTH = ['forward-auth', 'forward-auth, key in the original URI'];
export const BAD_CHECKSUM = 'refused: bad checksum';
export const KNOWN_BAD = 'refused: known bad';
export const BLOCKED = 'refused: blocked client';
const BLOCKED_CLIENT = { 'X-Forwarded-For': '198.51.100.66' };

/**
 * In this order, for a ratio is the better the closer in time its two sides are: the header stands in the middle of
 * those that are compared to it.
 */
export function casesOf(sides, secrets, pairsOnly) {
  const { ours } = sides;
  const key = secrets[0];
  const header = (server, name) =>
    server ? [to(server, name, { headers: { 'X-Api-Key': server.secrets[0] ?? key } })] : [];
  const refused = refusedCases(ours, key);
  const like = ({ path, headers, expect }, server, name) => to(server, name, { path, headers, expect });
  return [
    ...header(sides.thisBuild, THIS_BUILD),
    ...header(sides.thatBuild, THAT_BUILD),
    ...carried(ours, key),
    ...header(ours, HEADER),
    ...header(sides.bareNode, BARE_NODE),
    ...header(sides.bareAmongModules, BARE_AMONG_MODULES),
    ...forwardAuth(ours, key),
    ...(pairsOnly ? [] : [addressesInTurn(ours, key), keysInTurn(ours, KEYS, secrets)]),
    ...header(sides.beside, BESIDE),
    ...header(sides.bareBeside, BARE_BESIDE),
    refused.badChecksum,
    like(refused.badChecksum, sides.bare403, BARE_403),
    refused.knownBad,
    refused.blocked,
    like(refused.blocked, sides.bare429, BARE_429),
    ...header(sides.bareNest, BARE_NEST),
    ...header(sides.withoutLane, NEST_ROUTE),
    ...header(sides.betterAuth, BETTER_AUTH),
  ];
}

const to = (server, name, request) => ({ name, server, port: server.port, path: CHECK, ...request });

export const keysInTurn = (server, name, values) => to(server, name, { each: { name: 'X-Api-Key', values } });

function addressesInTurn(server, key) {
  const values = Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  return to(server, ADDRESSES, { headers: { 'X-Api-Key': key }, each: { name: 'X-Forwarded-For', values } });
}

function carried(server, key) {
  const basic = Buffer.from(`any:${key}`).toString('base64');
  const requests = [
    { headers: { Authorization: `Bearer ${key}` } },
    { headers: { Authorization: `Basic ${basic}` } },
    { path: `${CHECK}?api-key=${key}` },
    { path: `/k/${key}${CHECK}` },
  ];
  return requests.map((request, i) => to(server, CARRIERS[i], request));
}

function forwardAuth(server, key) {
  const requests = [
    { path: '/v1/forward-auth', headers: { 'X-Api-Key': key } },
    { path: '/v1/forward-auth?audience=maps', headers: { 'X-Original-URI': `/k/${key}/data/x.tif` } },
  ];
  return requests.map((request, i) => to(server, FORWARD_AUTH[i], request));
}

/** By name, for the bare servers send what these are answered with. */
export function refusedCases(server, key) {
  const badChecksum = { 'X-Api-Key': key.slice(0, -1) + (key.endsWith('0') ? '1' : '0') };
  const knownBad = { 'X-Api-Key': '00000000-0000-4000-8000-000000000000' };
  const blocked = { ...BLOCKED_CLIENT, 'X-Api-Key': 'x' };
  return {
    badChecksum: to(server, BAD_CHECKSUM, { headers: badChecksum, expect: 403 }),
    knownBad: to(server, KNOWN_BAD, { headers: knownBad, expect: 403 }),
    blocked: to(server, BLOCKED, { headers: blocked, expect: 429 }),
  };
}

export const headerCase = (server, key) => to(server, HEADER, { headers: { 'X-Api-Key': key } });

/** Wrong keys until the client is turned away. */
export async function block({ port }) {
  for (let i = 0; i < 20; i += 1) {
    const headers = { ...BLOCKED_CLIENT, 'X-Api-Key': `wrong${i}` };
    await fetch(`http://127.0.0.1:${port}${CHECK}`, { headers });
  }
}
