import { DomainError } from '../platform/domain-error.js';

const MOST_BYTES = 8192;
const MOST_LEVELS = 8;

/** @throws DomainError invalid or too-large, when the config is no object, over 8 KiB or nested deeper than 8. */
export function checkedConfig(config: unknown): Record<string, unknown> {
  if (config === undefined || config === null) return {};
  if (typeof config !== 'object' || Array.isArray(config))
    throw new DomainError('invalid', 'INVALID_CONFIG', 'config is a JSON object.');
  if (deeperThan(config, MOST_LEVELS))
    throw new DomainError('invalid', 'INVALID_CONFIG', `config is nested deeper than ${MOST_LEVELS} levels.`);
  const text = JSON.stringify(config);
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new DomainError('too-large', 'CONFIG_TOO_LARGE', 'config is larger than 8 KiB.');
  if (/\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(text)) {
    throw new DomainError(
      'invalid',
      'INVALID_CONFIG',
      'config holds characters that cannot be stored: NUL or half a surrogate pair.',
    );
  }
  return config as Record<string, unknown>;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => deeperThan(part, levels - 1));
}
