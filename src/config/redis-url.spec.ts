import { expect, it } from 'vitest';
import { parseConfig } from './parse-config.js';
import type { ConfigError } from './parse-config.js';

const read = (url: string, more: Record<string, string> = {}) =>
  parseConfig({ APIKM_REDIS_URL: url, ...more }).redis;
const problemsOf = (url: string): readonly string[] => {
  try {
    read(url);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};
const NOBODY = { username: undefined, password: undefined };
const at = (host: string, port: number) => ({ host, port });

it.each([
  ['redis://cache', { kind: 'server', host: 'cache', port: 6379, tls: false, db: 0, ...NOBODY }],
  ['rediss://u:p@cache.example.org:6380/2', { tls: true, port: 6380, db: 2, username: 'u', password: 'p' }],
  ['redis://:p%40ss@[::1]:6379/', { host: '::1', password: 'p@ss', username: undefined }],
  ['redis://:p@ss/w#rd%@cache', { host: 'cache', password: 'p@ss/w#rd%' }],
  ['valkey://cache/1', { kind: 'server', host: 'cache', db: 1, tls: false }],
  ['VALKEYS://cache', { kind: 'server', tls: true }],
  [
    'redis+cluster://u:p,w@n1:7001,n2,[::1]:7003/',
    {
      ...{ kind: 'cluster', tls: false, db: 0, username: 'u', password: 'p,w' },
      nodes: [at('n1', 7001), at('n2', 6379), at('::1', 7003)],
    },
  ],
  ['rediss+cluster://n1', { kind: 'cluster', tls: true, nodes: [at('n1', 6379)] }],
  ['valkey+cluster://n1/0', { kind: 'cluster', tls: false, nodes: [at('n1', 6379)] }],
  [
    'redis+sentinel://:p@s1:26380,s2/my-master_1.a/3',
    {
      ...{ kind: 'sentinel', tls: false, db: 3, username: undefined, password: 'p' },
      ...{ sentinels: [at('s1', 26_380), at('s2', 26_379)], master: 'my-master_1.a', sentinelLogin: NOBODY },
    },
  ],
  ['valkeys+sentinel://s1/cache', { kind: 'sentinel', tls: true, master: 'cache', db: 0 }],
])('reads the Redis %s', (url, expected) => {
  expect(read(url)).toMatchObject(expected);
});

it.each([
  'cache:6379',
  'http://hunter2@cache',
  'redis://hunter2@cache',
  'redis://',
  'redis://:hunter2@',
  'redis://cache:0',
  'redis://cache:99999',
  'redis://cache/first',
  'redis://:hunter2@cache?db=1',
  'redis://one:6379,two:6379',
  'redis+cluster://:hunter2@n1/1',
  'redis+cluster://n1,,n2',
  'redis+cluster://',
  'redis+sentinel://:hunter2@s1',
  'redis+sentinel://s1/',
  'redis+sentinel://s1/0/one',
  'redis+sentinel://s1/cache?sentinelPassword=hunter2',
  'redis+ring://n1',
  'valkeyss://cache',
])('refuses %s as a Redis, by form and example', (url) => {
  expect(problemsOf(url)).toEqual([
    expect.stringMatching(/^APIKM_REDIS_URL: expected redis:.+, for example redis:/),
  ]);
  expect(problemsOf(url).join()).not.toContain('hunter2');
});

it('names no Redis where none is given', () => {
  expect(read('')).toBeUndefined();
});

it('speaks to sentinels with a login of their own, and says where there are none', () => {
  const login = { APIKM_REDIS_SENTINEL_USER: 'watcher', APIKM_REDIS_SENTINEL_PASSWORD: 'p@ss' };
  expect(read('redis+sentinel://:other@s1/cache', login)).toMatchObject({
    username: undefined,
    password: 'other',
    sentinelLogin: { username: 'watcher', password: 'p@ss' },
  });
  const { warnings } = parseConfig({ APIKM_REDIS_URL: 'redis://cache', ...login });
  expect(warnings).toEqual([expect.stringMatching(/^APIKM_REDIS_SENTINEL_USER and .* have no effect/)]);
});
