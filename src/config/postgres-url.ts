import type { PostgresServer, SslMode } from './config.js';

const MODES: ReadonlyMap<string, SslMode> = new Map<string, SslMode>([
  ...(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const).map(
    (mode) => [mode, mode] as const,
  ),
  // As node-postgres and asyncpg spell it.
  ['no-verify', 'require'],
  ['true', 'verify-full'],
  ['1', 'verify-full'],
  ['false', 'disable'],
  ['0', 'disable'],
]);

/** Whether the host has to take changes. */
const SESSION_ATTRIBUTES: ReadonlyMap<string, boolean> = new Map([
  ['any', false],
  ['read-write', true],
  ['primary', true],
]);

/** What libpq takes as well and what needs no answer from us. */
const WITHOUT_EFFECT = [
  ...['connect_timeout', 'client_encoding', 'keepalives', 'keepalives_idle', 'keepalives_interval'],
  ...['keepalives_count', 'tcp_user_timeout', 'gssencmode', 'krbsrvname', 'sslcompression', 'sslsni'],
  ...['load_balance_hosts', 'channel_binding', 'fallback_application_name', 'uselibpqcompat'],
];
const WITH_EFFECT = [
  ...['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey'],
  ...['application_name', 'options', 'target_session_attrs'],
];
const KNOWN = new Set([...WITHOUT_EFFECT, ...WITH_EFFECT]);

const QUERY = /\?((?:[a-z_]+=[^&]*)(?:&[a-z_]+=[^&]*)*)?$/i;
const FORM = /^(?:([^:/]*)(?::(.*))?@)?([^@/?]*)(?:\/(.*))?$/s;
const HOST = /^(\[[\da-f:.%]+\]|[^:]*)(?::(\d*))?$/i;

/**
 * The part of a URL behind `postgresql://`, read as psql and SQLAlchemy read it: the last `@` before host and path
 * ends user and password, which may hold raw characters. undefined: it can't be read, or names what is not known.
 */
export function readPostgresUrl(rest: string, defaultSslMode?: string): PostgresServer | undefined {
  try {
    return read(rest, defaultSslMode);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof URIError) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

type Query = Partial<Record<string, string>>;

function read(rest: string, defaultSslMode: string | undefined): PostgresServer {
  const [before, query] = splitQuery(rest);
  const [, user, password, place = '', path] = FORM.exec(before) ?? unreadable();
  const hosts = hostsOf(query.host || decodeHosts(place), query.port);
  return {
    hosts,
    user: query.user ?? decodeRaw(user),
    password: query.password ?? decodeRaw(password),
    database: query.dbname ?? (path ? decodeURIComponent(path) : undefined),
    ssl: sslOf(query, defaultSslMode),
    applicationName: query.application_name,
    options: query.options,
    writable: writableOf(query.target_session_attrs, hosts.length),
  };
}

/** A password may hold a question mark: only what looks like parameters up to the end is a query. */
function splitQuery(rest: string): [before: string, query: Query] {
  const at = rest.search(QUERY);
  return at < 0 ? [rest, {}] : [rest.slice(0, at), queryOf(rest.slice(at + 1))];
}

/** A name that comes several times is a list, as SQLAlchemy writes hosts. */
function queryOf(text: string): Query {
  const values = new Map<string, string>();
  for (const pair of text.split('&').filter(Boolean)) {
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (!KNOWN.has(name)) unreadable();
    const before = values.get(name);
    const decoded = decodeURIComponent(value);
    values.set(name, before === undefined ? decoded : `${before},${decoded}`);
  }
  return Object.fromEntries(values);
}

/** A percent sign without any escape in the text is itself. @throws URIError where an escape is none */
const decodeRaw = (text: string | undefined): string | undefined =>
  text !== undefined && /%[0-9a-f]{2}/i.test(text) ? decodeURIComponent(text) : text || undefined;

/** `%2Frun%2Fpostgresql` is a folder with a socket. */
const decodeHosts = (place: string): string => (place.startsWith('%') ? decodeURIComponent(place) : place);

/** One port for all, or one for each. */
function hostsOf(text: string, ports = ''): PostgresServer['hosts'] {
  const [first = '', ...others] = ports.split(',');
  return text.split(',').map((part, i) => hostOf(part, i === 0 ? first : (others[i - 1] ?? first)));
}

function hostOf(text: string, port: string): PostgresServer['hosts'][number] {
  if (text.startsWith('/')) return { host: text, port: readPort(port) };
  const [, host = '', own] = HOST.exec(text) ?? bareIpv6(text) ?? unreadable();
  return { host: host.replace(/^\[|\]$/g, '') || undefined, port: readPort(own || port) };
}

/** As `?host=` has it; no port can follow. */
const bareIpv6 = (text: string): [string, string] | undefined =>
  /^[\da-f:.]+$/i.test(text) && text.split(':').length > 2 ? [text, text] : undefined;

function readPort(text: string): number | undefined {
  if (text === '') return undefined;
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : unreadable();
}

function sslOf(query: Query, defaultMode = 'prefer'): PostgresServer['ssl'] {
  const { sslrootcert: rootCert, sslcert: cert, sslkey: key } = query;
  const text = query.sslmode ?? query.ssl ?? (rootCert === 'system' ? 'verify-full' : defaultMode);
  const mode = MODES.get(text) ?? unreadable();
  // Any public authority could vouch for a server whose name nobody looks at: libpq refuses it, too.
  if (mode === 'verify-ca' && rootCert === undefined) unreadable();
  return { mode, rootCert, cert, key };
}

/** Unless it is said, one of several has to take changes: the others are its replicas. */
const writableOf = (text: string | undefined, hosts: number): boolean =>
  text === undefined ? hosts > 1 : (SESSION_ATTRIBUTES.get(text) ?? unreadable());

function unreadable(): never {
  throw new Unreadable();
}
