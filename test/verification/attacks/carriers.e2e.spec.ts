import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../../support/app.js';
import type { HeaderLine } from '../../support/raw-http.js';
import {
  ask,
  basic,
  createUuid,
  expectedOf,
  ROUTES,
  told,
  verify,
} from '../../support/verification-routes.js';
import type { Carried, Code } from '../../support/verification-routes.js';

const key = { good: '', other: '', uuid: '' };

const header = (...lines: HeaderLine[]): Carried => ({ headers: lines });
const x = (value: string): HeaderLine => ['X-Api-Key', value];
const authorization = (value: string): HeaderLine => ['Authorization', value];
const JWT = `Bearer ${['{"alg":"RS256"}', '{"sub":"a"}', 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')}`;
const percent = (text: string) => [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');

const CASES: [string, () => Carried, Code][] = [
  ['in x-api-key', () => header(x(key.good)), 'VALID'],
  ['in X-API-KEY', () => header(['X-API-KEY', key.good]), 'VALID'],
  ['with spaces that HTTP takes away', () => header(x(`  ${key.good}\t `)), 'VALID'],
  ['as Bearer', () => header(authorization(`Bearer ${key.good}`)), 'VALID'],
  ['as bearer in lower case', () => header(authorization(`bearer ${key.good}`)), 'VALID'],
  ['as BEARER with two spaces', () => header(authorization(`BEARER  ${key.good}`)), 'VALID'],
  ['as the password of Basic', () => header(authorization(basic(`me:${key.good}`))), 'VALID'],
  ['as the password alone', () => header(authorization(basic(`:${key.good}`))), 'VALID'],
  ['as the user name of Basic', () => header(authorization(basic(`${key.good}:`))), 'VALID'],
  ['as the user name with any password', () => header(authorization(basic(`${key.good}:x`))), 'VALID'],
  ['as Basic without a colon', () => header(authorization(basic(key.good))), 'VALID'],
  ['as basic in lower case', () => header(authorization(basic(`u:${key.good}`).replace('B', 'b'))), 'VALID'],
  ['in the query', () => ({ query: `?api-key=${key.good}` }), 'VALID'],
  ['in the query among others', () => ({ query: `?a=1&api-key=${key.good}&b=%zz` }), 'VALID'],
  ['in the query, with its name in percent signs', () => ({ query: `?%61pi%2Dkey=${key.good}` }), 'VALID'],
  ['in the query, in percent signs', () => ({ query: `?api-key=${percent(key.good)}` }), 'VALID'],
  ['in the query in capitals', () => ({ query: `?API-KEY=${key.good}` }), 'VALID'],
  ['in the path', () => ({ pathKey: key.good }), 'VALID'],
  ['as ApiKey', () => header(authorization(`ApiKey ${key.good}`)), 'VALID'],
  ['as api-key', () => header(authorization(`api-key ${key.good}`)), 'VALID'],
  ['as Token', () => header(authorization(`Token ${key.uuid}`)), 'VALID'],
  ['as TOKEN in capitals', () => header(authorization(`TOKEN  ${key.good}`)), 'VALID'],
  ['without a scheme', () => header(authorization(key.good)), 'VALID'],
  ['of UUID form without a scheme', () => header(authorization(key.uuid)), 'VALID'],
  ['beside another service’s Token', () => header(x(key.good), authorization('Token abc')), 'VALID'],
  ['with a space before it', () => ({ query: `?api-key=%20${key.good}` }), 'VALID'],
  ['with a plus before it', () => ({ query: `?api-key=+${key.good}` }), 'VALID'],
  ['with a line end after it', () => ({ query: `?api-key=${key.good}%0d%0a` }), 'VALID'],
  ['with a line end after it in the path', () => ({ pathKey: `${key.good}%0A` }), 'VALID'],
  ['with a space before it in the path', () => ({ pathKey: `%20${key.uuid}` }), 'VALID'],
  ['with a line end after it in Basic', () => header(authorization(basic(`${key.good}\n`))), 'VALID'],
  ['with a space before the password', () => header(authorization(basic(`u: ${key.good}`))), 'VALID'],
  [
    'with a line end in one of two carriers',
    () => ({ query: `?api-key=${key.good}%0a`, headers: [x(key.good)] }),
    'VALID',
  ],
  ['of UUID form in the path', () => ({ pathKey: key.uuid }), 'VALID'],
  ['of UUID form as Basic', () => header(authorization(basic(`${key.uuid}:`))), 'VALID'],
  [
    'by every carrier at once',
    () => ({
      pathKey: key.good,
      query: `?api-key=${key.good}&api-key=${key.good}`,
      headers: [x(key.good), x(key.good), authorization(basic(`${key.good}:`))],
    }),
    'VALID',
  ],
  ['beside empty carriers', () => ({ query: '?api-key=&api-key', headers: [x(key.good), x('')] }), 'VALID'],
  ['beside an empty header', () => ({ query: `?api-key=${key.good}`, headers: [x('')] }), 'VALID'],
  ['beside an empty Bearer', () => header(x(key.good), authorization('Bearer ')), 'VALID'],
  ['beside a JWT', () => header(x(key.good), authorization(JWT)), 'VALID'],
  [
    'beside another service’s token',
    () => header(x(key.good), authorization('Bearer ghp_0123456789')),
    'VALID',
  ],
  [
    'beside a password of another service',
    () => header(x(key.good), authorization(basic('me:secret'))),
    'VALID',
  ],
  ['beside a scheme nobody knows', () => header(x(key.good), authorization(`Digest ${key.other}`)), 'VALID'],

  ['nowhere', () => ({}), 'MISSING'],
  ['in an empty header', () => header(x('')), 'MISSING'],
  ['in a header of spaces', () => header(x('   ')), 'MISSING'],
  ['in an empty query', () => ({ query: '?api-key=' }), 'MISSING'],
  ['in a query without a value', () => ({ query: '?api-key' }), 'MISSING'],
  ['in an empty Bearer', () => header(authorization('Bearer')), 'MISSING'],
  ['in an empty Basic', () => header(authorization(basic(':'))), 'MISSING'],
  ['in Basic that is no base64', () => header(authorization('Basic !!!')), 'MISSING'],
  ['in a JWT alone', () => header(authorization(JWT)), 'MISSING'],
  ['in another scheme', () => header(authorization(`Digest ${key.good}`)), 'MISSING'],
  ['without a scheme and not of our form', () => header(authorization('abc')), 'MISSING'],
  ['with a second word after it', () => header(authorization(`Bearer ${key.good} ${key.good}`)), 'MISSING'],
  ['in a cookie', () => header(['Cookie', `api-key=${key.good}; x-api-key=${key.good}`]), 'MISSING'],
  ['in the query by another name', () => ({ query: `?apikey=${key.good}&api_key=${key.good}` }), 'MISSING'],
  ['behind a semicolon', () => ({ query: `?a=1;api-key=${key.good}` }), 'MISSING'],
  ['in a header by another name', () => header(['X_Api_Key', key.good], ['Api-Key', key.good]), 'MISSING'],
  ['in Referer', () => header(['Referer', `https://a.org/?api-key=${key.good}`]), 'MISSING'],

  ['in two values of a header', () => header(x(key.good), x(key.other)), 'AMBIGUOUS'],
  ['in two values of the query', () => ({ query: `?api-key=${key.good}&api-key=${key.other}` }), 'AMBIGUOUS'],
  ['in header and query', () => ({ query: `?api-key=${key.other}`, headers: [x(key.good)] }), 'AMBIGUOUS'],
  ['in header and path', () => ({ pathKey: key.other, headers: [x(key.good)] }), 'AMBIGUOUS'],
  ['in query and path', () => ({ pathKey: key.good, query: `?api-key=${key.other}` }), 'AMBIGUOUS'],
  ['in header and Token', () => header(x(key.good), authorization(`Token ${key.other}`)), 'AMBIGUOUS'],
  ['in header and bare', () => header(x(key.good), authorization(key.other)), 'AMBIGUOUS'],
  ['in the query in both cases', () => ({ query: `?api-key=${key.good}&API-Key=${key.other}` }), 'AMBIGUOUS'],
  ['in header and Bearer', () => header(x(key.good), authorization(`Bearer ${key.other}`)), 'AMBIGUOUS'],
  ['in header and Basic', () => header(x(key.good), authorization(basic(`u:${key.uuid}`))), 'AMBIGUOUS'],
  [
    'beside nonsense of our form',
    () => header(x(key.good), authorization('Bearer akm_nonsense')),
    'AMBIGUOUS',
  ],
  ['beside nonsense in the query', () => ({ query: '?api-key=x', headers: [x(key.good)] }), 'AMBIGUOUS'],
  ['beside its own upper case', () => header(x(key.uuid), x(key.uuid.toUpperCase())), 'AMBIGUOUS'],

  ['with NUL after it', () => ({ query: `?api-key=${key.good}%00` }), 'INVALID_KEY'],
  ['with a space in it', () => ({ query: `?api-key=${key.good.replace('_', '_%20')}` }), 'INVALID_KEY'],
  ['in quotes', () => header(x(`"${key.good}"`)), 'INVALID_KEY'],
  ['twice in one value', () => header(x(`${key.good}, ${key.good}`)), 'INVALID_KEY'],
  ['in percent signs in a header', () => header(x(percent(key.good))), 'INVALID_KEY'],
  ['with its scheme in x-api-key', () => header(x(`Bearer ${key.good}`)), 'INVALID_KEY'],
  ['in capitals', () => header(x(key.uuid.toUpperCase())), 'INVALID_KEY'],
];

const holdsOthers = ({ query = '' }: Carried): boolean =>
  [...new URLSearchParams(query).keys()].some((name) => name.toLowerCase() !== 'api-key');

/** Each case by every route: in front of Express, and with none of it and as many settings as there are. */
describe.each([
  ['the fast lane', '', { APIKM_LEGACY_KEY_FORMAT: 'uuid' }],
  [
    'the long way, behind a trusted proxy and below a root path',
    '/apikm',
    {
      APIKM_LEGACY_KEY_FORMAT: 'uuid',
      APIKM_FAST_LANE: 'false',
      APIKM_TRUSTED_PROXIES: '127.0.0.1/32',
      APIKM_ROOT_PATH: '/apikm',
    },
  ],
])('by %s a key', (_way, root, settings) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(settings);
    key.good = (await server.createKey()).key;
    key.other = (await server.createKey()).key;
    key.uuid = await createUuid(server);
  });
  afterAll(() => server.stop());

  it.each(CASES)('%s is judged the same on every route', async (_, carried, code) => {
    for (const route of ROUTES)
      for (const under of new Set(['', root])) {
        const answer = await ask(server, route, carried(), under);
        // In a gateway's own question the query is the operator's, and an option that doesn't exist a mistake of his.
        const expected =
          route === '/v1/forward-auth' && holdsOthers(carried())
            ? [403, 'INVALID_REQUIREMENT']
            : expectedOf(route, code);
        expect([under + route, ...told(route, answer)]).toEqual([under + route, ...expected]);
      }
  });

  it('in a body is read by POST /v1/verify alone, which reads nothing else', async () => {
    expect((await verify(server, { key: key.good })).verdict).toMatchObject({ valid: true, code: 'VALID' });
    const headers = [x(key.good), authorization(`Bearer ${key.good}`)];
    expect((await verify(server, { key: 'x' }, headers)).verdict).toEqual({
      valid: false,
      code: 'MALFORMED',
    });
    expect((await verify(server, { key: '' }, headers)).verdict).toEqual({ valid: false, code: 'MISSING' });
    expect((await verify(server, {}, headers)).status).toBe(400);
    expect((await verify(server, { key: ` ${key.good}\n` })).verdict.code).toBe('VALID');
    expect((await verify(server, { key: ' \n' })).verdict.code).toBe('MISSING');
    const body = JSON.stringify({ key: key.good, 'api-key': key.good });
    const lines = { 'content-type': 'application/json' };
    const answer = await server.call('/v1/forward-auth', { method: 'POST', headers: lines, body });
    expect([answer.status, answer.headers.get('x-apikm-code')]).toEqual([401, 'MISSING']);
  });
});
