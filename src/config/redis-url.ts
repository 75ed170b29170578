import type { RedisConfig, RedisPlace } from './config.js';
import type { SettingsReader } from './settings-reader.js';

const URL_FORM =
  /^(?:redis|valkey)(s?)(?:\+(cluster|sentinel))?:\/\/(?:([^:]*):(.*)@)?([\w.,:[\]-]+)(?:\/(.*))?$/is;
const PLACE = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;
const DB = /^\d{0,5}$/;
const MASTER_AND_DB = /^([\w.-]+)(?:\/(\d{0,5}))?$/;

const NO_LOGIN = { username: undefined, password: undefined };
const FORM =
  'redis://[[user]:password@]host[:port][/number], redis+cluster://…host,host or redis+sentinel://…host,host/master[/number]; rediss for TLS, valkey for redis';

export function readRedis(read: SettingsReader): RedisConfig | undefined {
  const sentinelLogin = {
    username: read.text('APIKM_REDIS_SENTINEL_USER') || undefined,
    password: read.text('APIKM_REDIS_SENTINEL_PASSWORD') || undefined,
  };
  if (!read.given('APIKM_REDIS_URL')) return undefined;
  const config = read.as('APIKM_REDIS_URL', readRedisUrl, FORM, 'redis://redis.example.org:6379/0');
  if (config?.kind === 'sentinel') return { ...config, sentinelLogin };
  if (sentinelLogin.username ?? sentinelLogin.password)
    read.warnings.push(
      'APIKM_REDIS_SENTINEL_USER and APIKM_REDIS_SENTINEL_PASSWORD have no effect: APIKM_REDIS_URL names no sentinels.',
    );
  return config;
}

type Common = Pick<RedisConfig, 'tls' | 'username' | 'password'>;

/** As redis-cli takes it; passwords also with raw characters. Options in a query are nobody's standard, so they are refused. */
function readRedisUrl(text: string): RedisConfig | undefined {
  const parts = URL_FORM.exec(text);
  if (!parts) return undefined;
  const [, tls, kind = 'server', username, password, hosts = '', path = ''] = parts;
  const read = KINDS[kind.toLowerCase() as RedisConfig['kind']];
  return read({ tls: tls !== '', username: decoded(username), password: decoded(password) }, hosts, path);
}

/** What stands behind the login means something else in each. */
const KINDS: Readonly<
  Record<RedisConfig['kind'], (common: Common, hosts: string, path: string) => RedisConfig | undefined>
> = {
  server: (common, hosts, path) => {
    const place = readPlace(hosts, 6379);
    return place && DB.test(path) ? { kind: 'server', ...common, ...place, db: Number(path) } : undefined;
  },
  cluster: (common, hosts, path) => {
    const nodes = readPlaces(hosts, 6379);
    return nodes && /^0?$/.test(path) ? { kind: 'cluster', ...common, nodes, db: 0 } : undefined;
  },
  sentinel: (common, hosts, path) => {
    const sentinels = readPlaces(hosts, 26_379);
    const [, master, db = ''] = MASTER_AND_DB.exec(path) ?? [];
    if (!sentinels || master === undefined) return undefined;
    return { kind: 'sentinel', ...common, sentinels, master, db: Number(db), sentinelLogin: NO_LOGIN };
  },
};

function readPlaces(text: string, defaultPort: number): readonly RedisPlace[] | undefined {
  const places = text.split(',').map((part) => readPlace(part, defaultPort));
  return places.every((place) => place !== undefined) ? places : undefined;
}

function readPlace(text: string, defaultPort: number): RedisPlace | undefined {
  const [, host, digits = defaultPort] = PLACE.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

/** A raw % is no escape: then the text is what was meant. */
function decoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    return part;
  }
}
