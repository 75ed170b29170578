import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/audit/audit.service.js';
import { verifyChain } from '../../src/audit/verify.js';
import { Changes } from '../../src/changes/changes.js';
import type { Actor } from '../../src/changes/changes.js';
import { TestServer } from './app.js';

const ROWS = 6;

/** By whoever owns the tables, with every trigger out of the way. */
const TAMPERING: readonly [what: string, statement: string, found: string | RegExp][] = [
  ...[
    `action = 'key.revoked'`,
    `at = at + interval '1 microsecond'`,
    `actor_id = 'somebody-else'`,
    `actor_id = NULL`,
    `owner_id = 'somebody-else'`,
    `key_id = NULL`,
    `via = 'program'`,
    `network = '198.51.100.0/24'`,
    `agent = NULL`,
    `details = '{}'`,
    `details = jsonb_set(details, '{changed,name,to}', '"other"')`,
    `id = 'other'`,
    `login_hash = NULL`,
    `hash = sha256('')`,
  ].map((set): [string, string, string] => [
    `a line gets ${set}`,
    `UPDATE audit SET ${set} WHERE number = 3`,
    'Line 3 was changed, or the one before it together with its hash.',
  ]),
  [
    'two lines change places',
    `UPDATE audit SET number = number + 100 WHERE number IN (3, 4);
     UPDATE audit SET number = 107 - number WHERE number > 100`,
    'Line 3 was changed, or the one before it together with its hash.',
  ],
  [
    'a line is changed and hashed anew',
    `UPDATE audit SET agent = 'other' WHERE number = 3;
     UPDATE audit line SET hash = sha256((SELECT hash FROM audit WHERE number = 2) || audit_content(line)) WHERE number = 3`,
    'Line 4 was changed, or the one before it together with its hash.',
  ],
  ['the first line is taken out', 'DELETE FROM audit WHERE number = 1', 'Line 1 is missing.'],
  ['a line is taken out', 'DELETE FROM audit WHERE number = 4', 'Line 4 is missing.'],
  [
    'a line is taken out and the others move up',
    `DELETE FROM audit WHERE number = 4;
     UPDATE audit SET number = number - 1 WHERE number > 4`,
    'Line 4 was changed, or the one before it together with its hash.',
  ],
  [
    'a line is put in at the end',
    `INSERT INTO audit (id, at, action, number, hash) VALUES ('in', now(), 'key.created', ${ROWS + 1}, sha256(''))`,
    `Line ${ROWS + 1} was changed, or the one before it together with its hash.`,
  ],
  [
    'a line is put in before the first',
    `INSERT INTO audit (id, at, action, number, hash) VALUES ('in', now(), 'key.created', 0, sha256(''))`,
    'Line 0 was changed, or the one before it together with its hash.',
  ],
  [
    'a line is put in past the chain',
    `ALTER TABLE audit ALTER COLUMN number DROP NOT NULL, ALTER COLUMN hash DROP NOT NULL;
     INSERT INTO audit (id, at, action) VALUES ('in', now(), 'key.created')`,
    'A line was added outside the chain: it has no number.',
  ],
  [
    'a login is edited',
    `UPDATE audit_logins SET login = 'somebody'`,
    'Line 1: the login beside it was edited.',
  ],
  [
    'a login is given to another',
    `UPDATE audit_logins SET owner_id = 'other'`,
    'Line 1: the login beside it was edited.',
  ],
  [
    'a login is given to another and hashed anew, in the lines as well',
    `UPDATE audit_logins SET login = 'somebody', hash = sha256(salt || convert_to(owner_id, 'UTF8') || '\\x00' || 'somebody');
     UPDATE audit SET login_hash = (SELECT hash FROM audit_logins)`,
    'Line 1 was changed, or the one before it together with its hash.',
  ],
  [
    'a login is edited and hidden from its lines',
    `UPDATE audit_logins SET login = 'somebody', hash = sha256('')`,
    'A login was edited so that no line refers to it any more.',
  ],
];

/** What nobody can do to the trail unseen; the same on both databases. */
export function itProvesTheTrail(): void {
  describe('a trail that is tampered with', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await TestServer.start();
      for (let row = 0; row < ROWS; row += 1) await change(server, String(row));
    });
    afterAll(() => server.stop());

    it('is whole before', async () => {
      expect(await verifyChain(server.get(DataSource))).toMatchObject({ rows: BigInt(ROWS), erased: 0 });
    });

    it.each(TAMPERING)('is found out when %s', async (_, statement, found) => {
      await expect(tampered(server.get(DataSource), statement)).rejects.toThrow(found);
      await verifyChain(server.get(DataSource));
    });

    it('is whole without the login of a person who was erased', async () => {
      await server.get(AuditService).eraseLogins(server.get(DataSource).manager, BY.id!);
      expect(await verifyChain(server.get(DataSource))).toMatchObject({ rows: BigInt(ROWS), erased: ROWS });
    });
  });
}

const BY: Actor = {
  id: 'someone',
  login: 'Zoë "地図"',
  via: 'session',
  network: '192.0.2.0/24',
  agent: 'Firefox',
};

const change = (server: TestServer, keyId: string): Promise<void> =>
  server.get(Changes).make(
    (tx) =>
      tx.record({
        action: 'key.created',
        keyId,
        ownerId: 'o',
        changed: { name: { from: null, to: '\n"ü"' } },
      }),
    BY,
  );

/** What the check says of it; afterwards it never happened. */
async function tampered(source: DataSource, statement: string): Promise<void> {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query('ALTER TABLE audit DISABLE TRIGGER USER');
    await runner.query('ALTER TABLE audit_logins DISABLE TRIGGER USER');
    await runner.query(statement);
    await verifyChain(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
