import { plainToInstance } from 'class-transformer';
import { IsOptional, IsString, Length, Matches, validateSync } from 'class-validator';
import { parseArgs } from 'node:util';
import type { KeyFilter } from '../inventory/key-filter.js';
import { filterOf, KeyListQuery } from '../inventory/key-list.query.js';
import { PLAIN } from '../platform/plain-text.js';

const FILTERS = ['owner', 'status', 'unused-since', 'expires-before', 'q'] as const;

/** What each command takes, and how many keys. */
const COMMANDS = {
  list: { texts: FILTERS, switches: ['json', 'csv'], keys: [0, 0] },
  show: { texts: [], switches: ['json'], keys: [1, 1] },
  revoke: { texts: ['reason'], switches: [], keys: [1, Infinity] },
  disable: { texts: ['reason'], switches: [], keys: [1, Infinity] },
  enable: { texts: ['reason'], switches: [], keys: [1, Infinity] },
  'revoke-all': { texts: ['owner', 'reason'], switches: ['yes'], keys: [0, 0] },
  erase: { texts: ['owner'], switches: ['yes'], keys: [0, 0] },
  replay: { texts: ['from'], switches: [], keys: [0, 0] },
} as const satisfies Record<string, Form>;

interface Form {
  readonly texts: readonly string[];
  readonly switches: readonly string[];
  readonly keys: readonly [least: number, most: number];
}

export interface Wish {
  readonly command: keyof typeof COMMANDS;
  /** Ids, or keys themselves: never to be printed before it is known which. */
  readonly keys: readonly string[];
  /** An id or a login. */
  readonly owner: string | undefined;
  /** A file. */
  readonly from: string | undefined;
  readonly filter: KeyFilter;
  readonly reason: string | null;
  readonly form: 'table' | 'json' | 'csv';
  readonly yes: boolean;
}

/** The command can't be understood. */
export class UsageError extends Error {}

/** The same rules as over HTTP. */
class Texts extends KeyListQuery {
  @IsOptional()
  @IsString()
  @Length(1, 256)
  @Matches(PLAIN, { message: 'owner must hold no control or direction characters' })
  owner?: string;

  @IsOptional()
  @IsString()
  @Length(1, 255)
  @Matches(PLAIN, { message: 'reason must hold no control or direction characters' })
  reason?: string;

  @IsOptional()
  @IsString()
  @Length(1, 4096)
  from?: string;
}

/** undefined: only help is wanted. @throws UsageError, which repeats nothing that may be a key */
export function readWish(args: readonly string[]): Wish | undefined {
  const [name = '', ...rest] = args;
  if (['--help', '-h'].includes(name)) return undefined;
  if (!Object.hasOwn(COMMANDS, name))
    throw new UsageError(`The first argument is one of: ${Object.keys(COMMANDS).join(', ')}.`);
  const command = name as keyof typeof COMMANDS;
  const { texts, switches, positionals } = parse(rest, COMMANDS[command]);
  if (switches.has('help')) return undefined;
  const { owner, from, reason = null, ...query } = validated(texts);
  expectWhole(command, positionals.length, owner, switches.has('yes'));
  if (command === 'replay' && from === undefined)
    throw new UsageError('replay needs --from: a file that audit:verify exported.');
  const form = formOf(switches);
  const filter = filterOf(query as KeyListQuery);
  return { command, owner, from, reason, filter, form, keys: positionals, yes: switches.has('yes') };
}

function formOf(switches: ReadonlySet<string>): Wish['form'] {
  if (switches.has('json') && switches.has('csv'))
    throw new UsageError('Give either --json or --csv, not both.');
  if (switches.has('json')) return 'json';
  return switches.has('csv') ? 'csv' : 'table';
}

function expectWhole(
  command: keyof typeof COMMANDS,
  given: number,
  owner: string | undefined,
  yes: boolean,
): void {
  const [least, most] = COMMANDS[command].keys;
  if (given < least) throw new UsageError(`${command} needs the id of a key.`);
  if (given > most)
    throw new UsageError(
      most === 0 ? `Arguments of ${command} need an option.` : `${command} takes one key.`,
    );
  if (owner === undefined && ['revoke-all', 'erase'].includes(command))
    throw new UsageError(`${command} needs --owner.`);
  if (command === 'erase' && !yes)
    throw new UsageError('What is erased is gone for good: erase needs --yes.');
}

interface Parsed {
  readonly texts: Readonly<Record<string, string>>;
  readonly switches: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

function parse(args: string[], form: Form): Parsed {
  const options = Object.fromEntries([
    ...form.texts.map((name) => [name, { type: 'string' }] as const),
    ...form.switches.map((name) => [name, { type: 'boolean' }] as const),
    ['help', { type: 'boolean', short: 'h' }] as const,
  ]);
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const given = Object.entries(values);
    return {
      texts: Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== true)),
      switches: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
      positionals,
    };
  } catch (error) {
    throw new UsageError(explained(error as NodeJS.ErrnoException, form), { cause: error });
  }
}

/** The library repeats what it doesn't know, which may be a key. */
function explained({ code, message }: NodeJS.ErrnoException, { texts, switches }: Form): string {
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message;
  const known = [...texts, ...switches, 'help'].map((name) => `--${name}`).join(', ');
  const [, name] = /^Unknown option '(--?[a-z][a-z-]{0,20})'/.exec(message) ?? [];
  return `${name ?? 'One of the options'} is not known here. The options of this command are: ${known}.`;
}

function validated(texts: Parsed['texts']): Texts {
  const fields = Object.entries(texts).map(([name, text]) => [camelCase(name), text]);
  const query = plainToInstance(Texts, Object.fromEntries(fields));
  const problems = validateSync(query).flatMap(({ property, constraints = {} }) =>
    Object.values(constraints).map((text) =>
      text.replace(new RegExp(`\\b${property}\\b`, 'g'), `--${kebabCase(property)}`),
    ),
  );
  if (problems.length) throw new UsageError(problems.join('\n'));
  return query;
}

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
