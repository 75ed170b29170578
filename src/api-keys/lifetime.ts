import type { KeyConfig } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import type { ApiKey } from './api-key.entity.js';

/** At most one of them; none: the default lifetime. */
export interface Lifetime {
  readonly expiresAt?: Date;
  /** Of a renewal: what the end has beyond the milliseconds of `expiresAt`, 0 to 999. */
  readonly microseconds?: number;
  readonly ttlHours?: number;
  readonly neverExpires?: boolean;
  /** The predecessor's clients may end a key by an end in the past. */
  readonly mayBeOver?: boolean;
}

const HOUR_MS = 3_600_000;
/** The last instant that JavaScript and PostgreSQL both write with four digits of year. */
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** @throws DomainError invalid, with what may be asked for. */
export function expiryOf(
  wanted: Lifetime,
  roles: readonly string[],
  config: KeyConfig,
  now: Date,
): { expiresAt: Date; neverExpires: boolean } {
  const { expiresAt, ttlHours, neverExpires = false } = wanted;
  refuseSeveral(wanted);
  refuseOver(wanted, now);
  if (neverExpires) refuseEndless(roles, config);
  const longest = config.maxTtlHours ?? Infinity;
  const hours = ttlHours ?? Math.min(config.defaultTtlHours, longest);
  const end = expiresAt ?? new Date(now.getTime() + hours * HOUR_MS);
  refuseTooLate(end.getTime(), now.getTime() + longest * HOUR_MS, longest);
  return { expiresAt: end, neverExpires };
}

function refuseSeveral({ expiresAt, ttlHours, neverExpires }: Lifetime): void {
  const given = [expiresAt, ttlHours, neverExpires || undefined].filter((one) => one !== undefined);
  if (given.length > 1)
    throw invalid('LIFETIME_AMBIGUOUS', 'Give only one of expiresAt, ttlHours and neverExpires.');
}

function refuseOver({ expiresAt, mayBeOver = false }: Lifetime, now: Date): void {
  if (expiresAt && expiresAt <= now && !mayBeOver)
    throw invalid('ALREADY_OVER', 'expiresAt is in the past: the key could never be used.');
}

function refuseTooLate(end: number, latest: number, longestHours: number): void {
  if (!(end <= LAST_INSTANT)) throw invalid('LIFETIME_TOO_LONG', 'The key would expire after the year 9999.');
  if (end > latest) throw invalid('LIFETIME_TOO_LONG', `A key may live at most ${longestHours} hours here.`);
}

/** As long as a key was meant to live, or as long as one may live here now. */
export function sameLifetime(
  key: Pick<ApiKey, 'createdAt' | 'endSetAt' | 'expiresAt' | 'neverExpires'>,
  roles: readonly string[],
  config: KeyConfig,
): Lifetime {
  if (key.neverExpires) return mayBeEndless(roles, config) ? { neverExpires: true } : {};
  const hours = (key.expiresAt.getTime() - (key.endSetAt ?? key.createdAt).getTime()) / HOUR_MS;
  return { ttlHours: Math.min(Math.max(hours, 1), config.maxTtlHours ?? Infinity) };
}

export function mayBeEndless(roles: readonly string[], { neverExpires, maxTtlHours }: KeyConfig): boolean {
  const byRole = neverExpires.allowed === 'role' && roles.includes(neverExpires.role);
  return maxTtlHours === undefined && (neverExpires.allowed === 'all' || byRole);
}

function refuseEndless(roles: readonly string[], config: KeyConfig): void {
  if (mayBeEndless(roles, config)) return;
  throw invalid(
    'NEVER_EXPIRES_NOT_ALLOWED',
    'You may not make keys that never expire here. Give expiresAt or ttlHours.',
  );
}

const invalid = (code: string, sentence: string): DomainError => new DomainError('invalid', code, sentence);
