import type { RedisConfig } from './config.js';
import type { SettingsReader } from './settings-reader.js';

const URL_FORM =
  /^(rediss?):\/\/(?:([^:]*):(.*)@)?([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(?:\/(\d{1,5})?)?$/is;

export function readRedis(read: SettingsReader): RedisConfig | undefined {
  if (!read.given('APIKM_REDIS_URL')) return undefined;
  const form = 'redis://[[user]:password@]host[:port][/number], or rediss:// for TLS';
  return read.as('APIKM_REDIS_URL', readRedisUrl, form, 'redis://redis.example.org:6379/0');
}

/** As redis-cli takes it; passwords also with raw characters. Options in a query are nobody's standard, so they are refused. */
function readRedisUrl(text: string): RedisConfig | undefined {
  const parts = URL_FORM.exec(text);
  if (!parts) return undefined;
  const port = Number(parts[5] ?? 6379);
  if (port < 1 || port > 65_535) return undefined;
  return {
    host: parts[4]!.replace(/^\[|\]$/g, ''),
    port,
    tls: parts[1]!.toLowerCase() === 'rediss',
    username: decoded(parts[2]),
    password: decoded(parts[3]),
    db: Number(parts[6] ?? 0),
  };
}

/** A raw % is no escape: then the text is what was meant. */
function decoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    return part;
  }
}
