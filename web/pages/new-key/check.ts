import type { Problem } from '../../api/call.js';
import type { OwnPolicy } from '../../api/types.js';
import type { Texts } from '../../texts/texts.js';
import { PERIOD_SECONDS } from '../../ui/periods.js';
import { endOfDay, listIn, servicesIn } from './draft.js';
import type { Draft } from './draft.js';

/** The questions of the form, in their order. */
export const FIELDS = [
  ...(['name', 'description', 'end', 'services', 'scopes', 'roles'] as const),
  ...(['networks', 'referers', 'methods', 'inUrl', 'rate', 'config'] as const),
] as const;
export type FieldName = (typeof FIELDS)[number];
/** What is wrong with each; '' in `form`: with none of them in particular. */
export type Errors = Partial<Record<FieldName | 'form', string>>;

/** What can be told before it is sent. */
export function errorsIn(draft: Draft, policy: OwnPolicy, t: Texts['newKey']): Errors {
  const { errors } = t;
  const wrongNetwork = listIn(draft.networks).find((text) => !isNetwork(text));
  const wrongHost = listIn(draft.referers).find((text) => !isHost(text));
  const found: Errors = {
    name: draft.name.trim() ? undefined : errors.name,
    end: endError(draft, policy, t),
    services: draft.onlyServices && !servicesIn(draft).length ? errors.services : undefined,
    roles: draft.onlyRoles && !draft.roles.length ? errors.roles : undefined,
    networks: wrongNetwork === undefined ? undefined : errors.network(wrongNetwork),
    referers: wrongHost === undefined ? undefined : errors.referer(wrongHost),
    rate: !draft.rate.trim() || isRate(draft.rate.trim()) ? undefined : errors.rate,
    config: configError(draft.config, t),
  };
  return Object.fromEntries(Object.entries(found).filter(([, error]) => error !== undefined));
}

function endError(
  { end, date }: Draft,
  { maxTtlHours }: OwnPolicy,
  { errors }: Texts['newKey'],
): string | undefined {
  if (end !== 'date') return undefined;
  const at = date ? endOfDay(date).getTime() : NaN;
  if (Number.isNaN(at)) return errors.noDate;
  if (at <= Date.now()) return errors.past;
  return maxTtlHours !== null && at > Date.now() + maxTtlHours * 3_600_000 ? errors.tooLate : undefined;
}

const RATE = /^(\d+)\s*(?:\/|per)\s*(?:(\d+)\s*)?(second|minute|hour|day|month)s?$/i;
const MOST_IN_PERIOD = 1_000_000_000;
const HOST = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i;
/** A count per period: "100/minute". */
export function isRate(text: string): boolean {
  const [, count, many = '1', unit = ''] = RATE.exec(text) ?? [];
  const seconds = Number(many) * (PERIOD_SECONDS[unit.toLowerCase()] ?? 0);
  return isWithin(Number(count), MOST_IN_PERIOD) && isWithin(seconds, PERIOD_SECONDS.month!);
}

const isWithin = (value: number, most: number): boolean => value >= 1 && value <= most;

/** A host, or all below one as *.host. */
export const isHost = (text: string): boolean => HOST.test(text);

const PART = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${PART}(?:\\.${PART}){3}$`);

const isV4 = (text: string): boolean => V4.test(text) && !/(?:^|\.)0\d/.test(text);
const isV6 = (text: string): boolean =>
  text.includes(':') && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`);

/** An address, or a network as address/bits. */
export function isNetwork(text: string): boolean {
  const [, address, bits = '0'] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (address === undefined) return false;
  return isV4(address) ? Number(bits) <= 32 : isV6(address) && Number(bits) <= 128;
}

const MOST_BYTES = 8192;
const MOST_DEPTH = 8;

/** undefined: it is an object that the server will take, or nothing. */
export function configError(text: string, { errors }: Texts['newKey']): string | undefined {
  if (!text.trim()) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return errors.configObject;
    const [wrong] = WRONG_WITH_CONFIG.find(([, isSo]) => isSo(value, JSON.stringify(value))) ?? [];
    return wrong && errors[wrong];
  } catch (error) {
    return errors.configJson(placeOf(error as Error, text));
  }
}

const WRONG_WITH_CONFIG = [
  ['configSize', (_, json) => new TextEncoder().encode(json).length > MOST_BYTES],
  ['configDepth', (value) => depthOf(value) > MOST_DEPTH],
  // Digits beyond were lost when it was read.
  ['configNumber', (value) => holds(value, (number) => Math.abs(number) > Number.MAX_SAFE_INTEGER)],
  ['configCharacter', (_, json) => /\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(json)],
] as const satisfies readonly (readonly [
  keyof Texts['newKey']['errors'],
  (value: object, json: string) => boolean,
])[];

/** Whether a number in it is so. */
const holds = (value: unknown, isSo: (number: number) => boolean): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((part) => holds(part, isSo))
    : typeof value === 'number' && isSo(value);

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** The line on which the reading of JSON stopped, where the browser says so. */
function placeOf({ message }: Error, text: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
}

const BY_CODE: Readonly<Record<string, FieldName>> = {
  LIFETIME_TOO_LONG: 'end',
  LIFETIME_AMBIGUOUS: 'end',
  ALREADY_OVER: 'end',
  NEVER_EXPIRES_NOT_ALLOWED: 'end',
  ROLE_NOT_HELD: 'roles',
  AUDIENCE_NOT_OFFERED: 'services',
  INVALID_CONFIG: 'config',
  CONFIG_TOO_LARGE: 'config',
};
/** What the server calls our fields. */
const BY_PROPERTY: Readonly<Record<string, FieldName>> = {
  name: 'name',
  description: 'description',
  expiresAt: 'end',
  ttlHours: 'end',
  audiences: 'services',
  scopes: 'scopes',
  roles: 'roles',
  allowedIps: 'networks',
  allowedReferers: 'referers',
  allowedMethods: 'methods',
  rateLimit: 'rate',
  config: 'config',
};

/** What the server refused, at the field that it speaks of. */
export function errorsOf(problem: Problem, t: Texts): Errors {
  const byCode = BY_CODE[problem.code];
  if (byCode) return { [byCode]: t.problem(problem) };
  if (problem.code !== 'INVALID_REQUEST') return { form: t.problem(problem) };
  const errors: Errors = {};
  for (const sentence of problem.detail.split('; ')) {
    const property = Object.keys(BY_PROPERTY).find((name) => new RegExp(`\\b${name}\\b`).test(sentence));
    errors[property ? BY_PROPERTY[property]! : 'form'] ??= sentence;
  }
  return errors;
}
