import { DomainError } from '../platform/domain-error.js';

const MOST_BYTES = 8192;
const MOST_LEVELS = 8;

/**
 * @throws DomainError invalid or too-large, when the config is no object, over 8 KiB or nested deeper than 8, or when
 * not every program would read it alike.
 */
export function checkedConfig(config: unknown): Record<string, unknown> {
  if (config === undefined || config === null) return {};
  if (typeof config !== 'object' || Array.isArray(config)) throw invalid('must be a JSON object.');
  if (deeperThan(config, MOST_LEVELS)) throw invalid(`is nested deeper than ${MOST_LEVELS} levels.`);
  if (holds(config, isBeyond))
    throw invalid('holds a number beyond 2^53, which would lose digits: send it as text.');
  expectStorable(JSON.stringify(config));
  return config as Record<string, unknown>;
}

function expectStorable(text: string): void {
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new DomainError('too-large', 'CONFIG_TOO_LARGE', 'config is larger than 8 KiB.');
  if (/\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(text))
    throw invalid('holds characters that cannot be stored: NUL or half a surrogate pair.');
}

const invalid = (problem: string): DomainError =>
  new DomainError('invalid', 'INVALID_CONFIG', `config ${problem}`);

/** What stood there was rounded when it was read. */
const isBeyond = (value: unknown): boolean =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

const holds = (value: unknown, is: (part: unknown) => boolean): boolean =>
  is(value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some((part) => holds(part, is)));

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => deeperThan(part, levels - 1));
}
