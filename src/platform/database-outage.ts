import { DomainError } from './domain-error.js';
import type { Said } from './failure-texts/en.js';

const AWAY = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
/** Sentences of the driver and its pool, which have no code. */
const LOST = new RegExp(
  [
    '^(?:timeout expired|timeout exceeded when trying to connect|Query read timeout|',
    'Connection terminated|Client has encountered a connection error|Client was closed|',
    'Cannot use a pool after calling end|none of the hosts can be written to)',
  ].join(''),
);
/**
 * Classes and codes of SQLSTATE that say nothing against a request: no connection, no resources, the server ends or
 * begins, a statement was cancelled for its time or for another one, the login or the database is gone for now.
 */
const BUSY = /^(?:08|53|57|58|28|40001|40P01|55P03|3D000)/;
const READ_ONLY = '25006';

/** What a request is answered with when the database didn't do its part; undefined: it is another error. */
export function outageOf(error: unknown): DomainError | undefined {
  const { code = '', message } = deepest(error);
  if (code === READ_ONLY)
    return unavailable(error, 'DATABASE_READ_ONLY', ({ databaseReadOnly }) => databaseReadOnly, 30);
  if (BUSY.test(code) || AWAY.test(code) || LOST.test(message))
    return unavailable(error, 'DATABASE_UNAVAILABLE', ({ databaseAway }) => databaseAway, 1);
  return undefined;
}

const unavailable = (cause: unknown, code: string, sentence: Said, retryAfterSeconds: number): DomainError =>
  new DomainError('unavailable', code, sentence, { retryAfterSeconds, cause });

interface Problem {
  readonly code?: string;
  readonly message: string;
}

/** The ORM wraps what the driver says, and Node gathers what became of each address. */
function deepest(error: unknown): Problem {
  if (error instanceof AggregateError && error.errors.length) return deepest(error.errors[0]);
  if (!(error instanceof Error)) return { message: String(error) };
  const { driverError } = error as { driverError?: unknown };
  return driverError instanceof Error ? deepest(driverError) : (error as Problem);
}
