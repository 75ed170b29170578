interface Problem {
  readonly code?: string;
  readonly message: string;
}

const NETWORK =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
const TIMEOUT = /^(?:timeout expired|Connection terminated due to connection timeout|timeout exceeded)/;

/** Nobody was reached, so another way to the same host reaches nobody either. */
export function isOfTheNetwork(error: unknown): boolean {
  const { code, message } = describe(error);
  return NETWORK.test(code ?? '') || TIMEOUT.test(message);
}

/** By SQLSTATE, the system's code, or the driver's sentence: what an operator does about it. */
const REMEDIES: readonly [RegExp, string][] = [
  [/^28/, 'check user and password in APIKM_DATABASE_URL, and pg_hba.conf'],
  [/^3D000/, 'make it: CREATE DATABASE …, or correct its name in APIKM_DATABASE_URL'],
  [/^53300/, 'raise max_connections of PostgreSQL, or give each replica fewer: APIKM_DATABASE_POOL'],
  [
    /^08P01 .*startup parameter/,
    'this is a connection pooler: set APIKM_DATABASE_DIRECT_URL to the address of PostgreSQL itself',
  ],
  [/^57P03/, 'PostgreSQL is starting or stopping'],
  [
    /^42501 .*terminat/,
    'a replica hangs that logs in with another user of the database: end it, or give all replicas the same user',
  ],
  [/^42501/, 'grant it to the user of APIKM_DATABASE_URL: GRANT USAGE, CREATE ON SCHEMA public TO …'],
  [/^25006/, 'the database accepts no changes at the moment'],
  [/^ECONNREFUSED/, 'nothing listens there: is PostgreSQL running, are host and port right?'],
  [/^(?:ENOTFOUND|EAI_AGAIN)/, 'the host name is not known: check it in APIKM_DATABASE_URL'],
  [
    /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)|^\S* ?timeout/,
    'nothing answers there: check host, port and firewalls',
  ],
  [/does not support SSL/, 'switch TLS on in PostgreSQL, or leave sslmode to prefer'],
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_)/,
    'name the authority in sslrootcert, or take sslmode=require, which verifies nothing',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID/,
    "the certificate is another host's: correct the host, or take sslmode=verify-ca",
  ],
  [/^ENOENT .*open/, 'the file named in APIKM_DATABASE_URL does not exist'],
];

/** What no waiting mends. */
const HOPELESS =
  /^(?:28|3D000|42501|08P01 .*startup parameter|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT|ENOENT .*open)|does not support SSL/;

export function isHopeless(error: unknown): boolean {
  return HOPELESS.test(line(error));
}

/** The sentence of whoever refused, the code behind it, and what to do. */
export function explainProblem(error: unknown): string {
  const { code, message } = describe(error);
  const remedy = REMEDIES.find(([form]) => form.test(line(error)))?.[1];
  return `${message}${code === undefined || message.includes(code) ? '' : ` (${code})`}${remedy ? `: ${remedy}` : ''}`;
}

function line(error: unknown): string {
  const { code, message } = describe(error);
  return `${code ?? ''} ${message}`.trimStart();
}

/** Node gathers what became of each address of a host. */
function describe(error: unknown): Problem {
  if (error instanceof AggregateError && error.errors.length) {
    const all = error.errors.map(describe);
    return { code: all[0]!.code, message: [...new Set(all.map(({ message }) => message))].join(', ') };
  }
  const { code, message, name } = error as NodeJS.ErrnoException;
  return { code, message: message || name };
}
