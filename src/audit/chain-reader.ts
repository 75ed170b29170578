import type { ChainedLine } from './chain.js';

/** A data source, or one transaction of it. */
export interface Queryable {
  query<T>(sql: string, values?: unknown[]): Promise<T>;
}

/** So that neither side holds more than some megabytes. */
const BATCH = 2000;

/** The text of a line as the trigger hashed it; spelled out, for whoever alters the trail may alter its functions. */
const CONTENT = `jsonb_build_object(
    'number', number, 'id', id, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'action', action, 'actorId', actor_id, 'loginHash', encode(login_hash, 'hex'),
    'via', via, 'network', network, 'agent', agent, 'ownerId', owner_id, 'keyId', key_id, 'details', details)::text`;

const READ = `
  SELECT line.*, login.hash AS found, login.salt, login.owner_id, login.login
  FROM (SELECT number, hash, login_hash, ${CONTENT} AS content FROM audit
    WHERE number > $1 ORDER BY number LIMIT ${BATCH}) AS line
  LEFT JOIN audit_logins AS login ON login.hash = line.login_hash
  ORDER BY line.number`;

const STRAY_LOGIN = `
  SELECT login.hash FROM audit_logins AS login
  WHERE login.hash <> sha256(login.salt || convert_to(login.owner_id, 'UTF8') || '\\x00' || convert_to(login.login, 'UTF8'))
  LIMIT 1`;

interface Row {
  readonly number: string;
  readonly hash: Buffer;
  readonly content: string;
  readonly found: Buffer | null;
  readonly salt: Buffer;
  readonly owner_id: string;
  readonly login: string;
}

/** Every line in the order of its number, in batches; what is written meanwhile comes at the end. */
export async function* readChain(database: Queryable): AsyncGenerator<readonly ChainedLine[]> {
  let after = '-9223372036854775808';
  for (;;) {
    const rows = await database.query<Row[]>(READ, [after]);
    if (rows.length === 0) return;
    yield rows.map(lineOf);
    after = rows.at(-1)!.number;
  }
}

const lineOf = ({ number, hash, content, found, salt, owner_id: ownerId, login }: Row): ChainedLine => ({
  number: BigInt(number),
  hash,
  content,
  login: found ? { ownerId, login, salt } : null,
});

/** Whether a login was edited so that no line finds it any more; its line looks like that of an erased person. */
export async function hasStrayLogin(database: Queryable): Promise<boolean> {
  return (await database.query<unknown[]>(STRAY_LOGIN)).length > 0;
}

/** A line without a number is in no chain; only whoever drops the column's condition can leave one. */
export async function hasUnnumbered(database: Queryable): Promise<boolean> {
  return (await database.query<unknown[]>('SELECT id FROM audit WHERE number IS NULL LIMIT 1')).length > 0;
}
