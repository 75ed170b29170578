import type { Request } from 'express';
import { DomainError } from '../platform/domain-error.js';

interface Problem {
  readonly type: string;
  readonly msg: string;
}

const LONGEST = 1000;

/** The query as FastAPI reads it: of a repeated name the last counts, but for lists. */
export class LegacyQuery {
  private readonly values: URLSearchParams;

  constructor(req: Request) {
    this.values = new URLSearchParams(req.url.split('?')[1] ?? '');
  }

  optional(name: string): string | undefined {
    return this.values.getAll(name).at(-1);
  }

  required(name: string): string {
    return this.optional(name) ?? refuse(name, null, { type: 'missing', msg: 'Field required' });
  }

  list(name: string): string[] {
    const values = this.values.getAll(name);
    for (const value of values) expectPlain(name, value, LONGEST);
    return values;
  }

  text(name: string): string {
    return expectPlain(name, this.required(name), LONGEST);
  }

  boolean(name: string): boolean {
    const value = this.optional(name);
    if (value === undefined) return false;
    if (/^(?:1|true|t|yes|y|on)$/i.test(value)) return true;
    if (/^(?:0|false|f|no|n|off)$/i.test(value)) return false;
    return refuse(name, value, {
      type: 'bool_parsing',
      msg: 'Input should be a valid boolean, unable to interpret input',
    });
  }

  /** null, 0, false, [] and "" mean {}, as they did. */
  json(name: string): Record<string, unknown> {
    const value = this.optional(name);
    if (value === undefined) return {};
    const parsed = parse(name, value);
    if (!parsed || (Array.isArray(parsed) && parsed.length === 0)) return {};
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
    return refuse(name, value, { type: 'dict_type', msg: 'Input should be a valid dictionary' });
  }
}

/** Every reader is tried, so that all that is wrong is told at once. @throws DomainError unprocessable */
export function readQuery<T>(
  req: Request,
  readers: { readonly [Name in keyof T]: (query: LegacyQuery) => T[Name] },
): T {
  const query = new LegacyQuery(req);
  const names = Object.keys(readers) as (keyof T)[];
  const read = names.map((name) => attempt(() => [name, readers[name](query)] as const));
  const problems = read.filter((one) => one instanceof DomainError);
  const [first] = problems;
  if (!first) return Object.fromEntries(read as [keyof T, unknown][]) as T;
  const legacyDetail = problems.flatMap(({ details }) => details.legacyDetail);
  throw new DomainError('unprocessable', first.code, first.message, { legacyDetail });
}

function attempt<T>(work: () => T): T | DomainError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function expectPlain(name: string, value: string, longest: number): string {
  if (value.length > longest && [...value].length > longest)
    refuse(name, value, { type: 'string_too_long', msg: `String should have at most ${longest} characters` });
  // A line end would write lines of its own wherever names are listed.
  if (/[\0\r\n\u2028\u2029\p{Cs}]/u.test(value))
    refuse(name, value, {
      type: 'string_pattern_mismatch',
      msg: 'String should contain no NUL character and no line break',
    });
  return value;
}

function parse(name: string, value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return refuse(name, value, { type: 'json_invalid', msg: 'Invalid JSON' });
  }
}

function refuse(name: string, input: string | null, { type, msg }: Problem): never {
  const legacyDetail = [{ type, loc: ['query', name], msg, input }];
  throw new DomainError('unprocessable', 'INVALID_PARAMETER', `${name}: ${msg}`, { legacyDetail });
}
