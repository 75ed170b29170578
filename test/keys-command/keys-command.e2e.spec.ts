import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintKey } from '../../src/api-keys/key-material.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { openKeys } from '../../src/keys-command/open.js';
import { partsOf } from '../../src/keys-command/parts.js';
import { runKeys } from '../../src/keys-command/run.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: string[];
}

/** As the program runs it, on the server's own database. @param answer of whoever sits there; undefined: nobody does */
async function keys(args: readonly string[], answer?: string): Promise<Said> {
  const said = { out: '', err: '', asked: [] as string[] };
  const terminal = {
    canAsk: answer !== undefined,
    out: async (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    ask: async (question: string) => {
      said.asked.push(question);
      return answer!;
    },
  };
  const opened = { parts: partsOf(server), close: async () => {} };
  return { code: await runKeys(args, terminal, async () => opened), ...said };
}

const statusOf = async (key: string): Promise<number> => (await server.check(key)).status;
const lastLine = async (keyId: string) =>
  (
    await server
      .get(DataSource)
      .query(
        'SELECT action, via, actor_id, details FROM audit WHERE key_id = $1 ORDER BY number DESC LIMIT 1',
        [keyId],
      )
  )[0] as object;

describe('revoke', () => {
  it('ends each of the keys, says so in a line each, and is audited as the operator', async () => {
    const [one, other] = [await server.createKey(), await server.createKey()];
    expect([await statusOf(one.key), await statusOf(other.key)]).toEqual([200, 200]);
    const { code, out, err } = await keys(['revoke', one.id, other.id, '--reason', 'found in a repository']);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${one.id}: revoked\n${other.id}: revoked\n`,
      err: '',
    });
    expect([await statusOf(one.key), await statusOf(other.key)]).toEqual([403, 403]);
    expect(await lastLine(one.id)).toMatchObject({
      action: 'key.revoked',
      via: 'operator',
      actor_id: null,
      details: { reason: 'found in a repository' },
    });
    const renewed = await server.as(ALICE, 'POST', `/v1/keys/${one.id}/renew`, {
      expiresAt: new Date(server.clock.millis() + 3_600_000).toISOString(),
    });
    expect(renewed.body).toMatchObject({ code: 'REVOKED_FOR_GOOD' });
  });

  it('goes on behind a key that is not there, which it names, and ends with 1', async () => {
    const { id, key } = await server.createKey();
    const missing = 'key_0000000000000000000A';
    const { code, out, err } = await keys(['revoke', missing, id]);
    expect({ code, out, err }).toEqual({
      code: 1,
      out: `${id}: revoked\n`,
      err: `${missing}: not done. There is no such key.\n`,
    });
    expect(await statusOf(key)).toBe(403);
  });

  it('ends for good what its owner had ended, and says so once', async () => {
    const { id } = await server.createKey();
    await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    expect(await keys(['revoke', id])).toMatchObject({ code: 0, out: `${id}: revoked\n` });
    expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 1 })).status).toBe(409);
    expect(await keys(['revoke', id])).toMatchObject({ code: 0, out: `${id}: was already revoked\n` });
  });

  it('takes a key itself, and tells its id and never the key', async () => {
    const { id, key } = await server.createKey();
    const strange = mintKey('akm').secret;
    const uuid = '0b3c7f0e-6d6c-4a51-9f43-0f3d1c2b4a59';
    const said = await keys(['revoke', key, strange, uuid]);
    expect(said.code).toBe(1);
    expect(said.out).toBe(`${id}: revoked\n`);
    expect(said.err).toBe(
      'Argument 2: not done. There is no such key.\nArgument 3: not done. There is no such key.\n',
    );
    expect(await statusOf(key)).toBe(403);
  });
});

describe('disable and enable', () => {
  it('switch a key off and on again; what the operator switched off its owner cannot switch on', async () => {
    const { id, key } = await server.createKey();
    expect(await keys(['disable', id, '--reason', 'looks odd'])).toMatchObject({
      code: 0,
      out: `${id}: switched off\n`,
    });
    expect(await statusOf(key)).toBe(403);
    expect((await keys(['disable', id])).out).toBe(`${id}: was already switched off\n`);
    const owners = await server.as(ALICE, 'PATCH', `/v1/keys/${id}`, { enabled: true });
    expect(owners.body).toMatchObject({ code: 'DISABLED_BY_ADMINISTRATOR' });
    expect(await keys(['enable', id, '--reason', 'is well'])).toMatchObject({
      code: 0,
      out: `${id}: switched on\n`,
    });
    expect(await lastLine(id)).toMatchObject({
      action: 'key.enabled',
      via: 'operator',
      details: { reason: 'is well' },
    });
    expect(await statusOf(key)).toBe(200);
  });

  it('do nothing with a key that is revoked, and say so', async () => {
    const { id } = await server.createKey();
    await keys(['revoke', id]);
    for (const command of ['disable', 'enable'])
      expect(await keys([command, id])).toMatchObject({
        code: 1,
        out: '',
        err: `${id}: not done. The key is revoked.\n`,
      });
  });
});

describe('revoke-all', () => {
  beforeEach(async () => {
    await keys(['revoke-all', '--owner', 'bob', '--yes']);
  });

  it('asks with the number of keys, and does nothing without a yes', async () => {
    const { key } = await server.createKey({}, BOB);
    const { code, asked, out, err } = await keys(['revoke-all', '--owner', 'BOB'], 'n');
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'Nothing was done.\n' });
    expect(asked).toEqual([
      `Revoke all keys of bob (${BOB}) for good: 1 live, 0 disabled, 0 expired? [y/N] `,
    ]);
    expect(await statusOf(key)).toBe(200);
    expect(await keys(['revoke-all', '--owner', BOB], 'y')).toMatchObject({
      code: 0,
      out: `Keys of bob (${BOB}) that were revoked: 1.\n`,
    });
    expect(await statusOf(key)).toBe(403);
  });

  it('refuses without a terminal to ask on, unless --yes is given', async () => {
    const { key } = await server.createKey({}, BOB);
    const refused = await keys(['revoke-all', '--owner', 'bob']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('Give --yes.');
    expect(await statusOf(key)).toBe(200);
    expect((await keys(['revoke-all', '--owner', 'bob', '--yes'])).code).toBe(0);
    expect(await statusOf(key)).toBe(403);
  });

  it('ends nobody’s keys where the login is nobody’s, or that of several people', async () => {
    const { key } = await server.createKey({}, BOB);
    await server
      .get(DataSource)
      .query("INSERT INTO owners (id, login, created_at) VALUES ('another-bob', 'Bob', now())");
    const several = await keys(['revoke-all', '--owner', 'bob', '--yes']);
    await server.get(DataSource).query("DELETE FROM owners WHERE id = 'another-bob'");
    expect(several.code).toBe(1);
    expect(several.err).toMatch(/^Several people have this login\. Give the id: .*another-bob/);
    expect(await statusOf(key)).toBe(200);
    expect(await keys(['revoke-all', '--owner', 'nobody', '--yes'])).toMatchObject({
      code: 1,
      out: '',
      err: 'Nobody has this id or login.\n',
    });
  });
});

describe('erase', () => {
  it('ends the keys of a person and forgets what the person is called, by the id alone', async () => {
    const carol = 'someone-to-be-forgotten';
    await server
      .get(DataSource)
      .query("INSERT INTO owners (id, login, name, created_at) VALUES ($1, 'carol', 'Carol', now())", [
        carol,
      ]);
    expect(await keys(['erase', '--owner', carol])).toMatchObject({ code: 2, out: '' });
    expect(await keys(['erase', '--owner', 'carol', '--yes'])).toMatchObject({ code: 1, out: '' });
    const { code, out } = await keys(['erase', '--owner', carol, '--yes']);
    expect([code, out]).toEqual([
      0,
      `Keys of carol (${carol}) that were revoked: 0.\nErased: what ${carol} was called is gone, from the audit too. The id stays.\n`,
    ]);
    const rows = await server.get(DataSource).query('SELECT login, name FROM owners WHERE id = $1', [carol]);
    expect(rows).toEqual([{ login: null, name: null }]);
  });
});

describe('list and show', () => {
  const NAME = 'odd \u001b[31m\u202ename';
  let shown: { id: string; key: string };
  beforeAll(async () => {
    shown = await server.createKey({ name: 'to be found', audiences: ['maps'] });
    await server.createKey({ name: 'of somebody else' }, BOB);
  });

  it('shows a table that fits a terminal', async () => {
    const { code, out } = await keys(['list', '--owner', 'alice', '--status', 'live', '--q', 'FOUND']);
    const [head, row, ...rest] = out.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^ID +STATE +ENDS +LAST USED +OWNER +NAME$/);
    expect(row).toMatch(new RegExp(`^${shown.id} +live +\\d{4}-\\S+Z +\\S+ +alice +to be found$`));
    expect(rest).toEqual(['']);
  });

  it('gives the record of the API as JSON, a key a line', async () => {
    const { out } = await keys(['list', '--q', 'to be found', '--json']);
    const one = await keys(['show', shown.key, '--json']);
    expect(one.out).toBe(out);
    expect(JSON.parse(out)).toMatchObject({
      id: shown.id,
      owner: { id: ALICE, login: 'alice' },
      audiences: ['maps'],
    });
    expect(out + one.err).not.toContain(shown.key);
  });

  it('gives the same CSV as the API, and every field of a key a line', async () => {
    const csv = await keys(['list', '--owner', ALICE, '--csv', '--q', 'to be found']);
    expect(csv.out.split('\n')).toEqual([
      expect.stringMatching(/^id,name,description,state,owner,/),
      expect.stringMatching(new RegExp(`^${shown.id},to be found,`)),
      '',
    ]);
    const { out } = await keys(['show', shown.id]);
    expect(out).toMatch(new RegExp(`^id +${shown.id}$`, 'm'));
    expect(out).toMatch(/^owner.login +alice$/m);
    expect(out).toMatch(/^audiences +\["maps"\]$/m);
  });

  it('narrows by use and end', async () => {
    const later = new Date(server.clock.millis() + 60_000).toISOString();
    expect((await keys(['list', '--unused-since', later, '--q', 'to be found'])).out).toContain(shown.id);
    expect((await keys(['list', '--expires-before', later, '--q', 'to be found'])).out).toBe('');
    const none = await keys(['list', '--status', 'revoked,disabled', '--q', 'to be found']);
    expect(none).toMatchObject({ code: 0, out: '', err: 'No keys match.\n' });
  });

  it('shows no name that would write on the terminal by itself', async () => {
    const { id } = await server.createKey();
    await server.get(DataSource).query('UPDATE api_keys SET name = $1 WHERE id = $2', [NAME, id]);
    const outputs = [
      await keys(['list', '--q', 'odd']),
      await keys(['show', id]),
      await keys(['show', id, '--json']),
    ];
    for (const { out } of outputs) expect(out).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(outputs[2]!.out)).toMatchObject({ name: NAME });
  });

  it('names nobody’s keys where nobody has the login', async () => {
    expect(await keys(['list', '--owner', 'nobody'])).toMatchObject({ code: 1, out: '' });
  });
});

describe('a command that can’t be understood', () => {
  const SECRET = mintKey('akm').secret;
  it.each([
    [[]],
    [['remove', 'key_1']],
    [[SECRET]],
    [['revoke']],
    [['revoke', 'key_1', '--force']],
    [['revoke', `--${SECRET}`]],
    [['revoke', 'key_1', '--reason', '']],
    [['revoke', 'key_1', '--reason', 'a\u0007b']],
    [['show']],
    [['show', 'key_1', 'key_2']],
    [['list', SECRET]],
    [['list', '--json', '--csv']],
    [['list', '--status', 'live,dead']],
    [['list', '--unused-since', 'yesterday']],
    [['list', '--expires-before', '2027-02-30T00:00:00Z']],
    [['list', '--owner']],
    [['revoke-all', '--yes']],
    [['erase', '--owner', ALICE]],
  ])('%j ends with 2 and the help, and touches nothing', async (args) => {
    const { code, out, err } = await keys(args, 'y');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('npm run keys -- COMMAND [options]');
    expect(err).not.toContain(SECRET.slice(4));
  });

  it('is helped by --help, which is no mistake', async () => {
    for (const args of [['--help'], ['revoke', '-h']])
      expect(await keys(args)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringContaining('revoke-all --owner'),
      });
  });
});

describe('the program of its own', () => {
  const open = (settings: Record<string, string>, warn: (line: string) => void = () => {}) =>
    openKeys(parseConfig(settings), ENTITIES, warn);

  it('wants the server stopped where the database is embedded, and then does its work', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-keys-'));
    const settings = { APIKM_DATABASE_URL: `pglite:${join(folder, 'data')}` };
    const { source } = await openDatabase(parseConfig(settings).database, ENTITIES);
    try {
      await expect(open(settings)).rejects.toThrow(
        'stop the server, run this command, and start the server again',
      );
    } finally {
      await source.destroy();
    }
    const warned: string[] = [];
    // Neither Redis nor a catalogue has to be in order.
    const trouble = { APIKM_REDIS_URL: 'redis://127.0.0.1:1', APIKM_SERVICES: 'package.json' };
    const said: string[] = [];
    const terminal = {
      canAsk: false,
      out: async (text: string) => void said.push(text),
      err: (text: string) => void said.push(text),
      ask: async () => '',
    };
    const code = await runKeys(['revoke', 'key_0000000000000000000A'], terminal, () =>
      open({ ...settings, ...trouble }, (line) => void warned.push(line)),
    );
    expect([code, said]).toEqual([1, ['key_0000000000000000000A: not done. There is no such key.\n']]);
    expect(warned.join('\n')).toMatch(/without the titles of services/);
    rmSync(folder, { recursive: true });
  });

  it('says line by line what is wrong with the settings, and ends with 1', async () => {
    const said: string[] = [];
    const terminal = {
      canAsk: false,
      out: async () => {},
      err: (text: string) => void said.push(text),
      ask: async () => '',
    };
    const code = await runKeys(['list'], terminal, async () => open({ APIKM_OIDC_ENDPOINT: 'http://x' }));
    expect(code).toBe(1);
    expect(said.join('')).toMatch(/^The settings.*\n.*APIKM_OIDC_REALM: /);
  });

  it('makes no database where there is none', async () => {
    const folder = join(tmpdir(), 'apikm-no-such-folder');
    await expect(open({ APIKM_DATABASE_URL: `pglite:${folder}` })).rejects.toThrow(
      `There is no database in ${folder}`,
    );
    await expect(open({ APIKM_DATABASE_URL: 'pglite:memory' })).rejects.toThrow('is empty in this process');
    expect(existsSync(folder)).toBe(false);
  });

  it('stands in package.json with the build before it', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect([scripts.prekeys, scripts.keys]).toEqual([scripts.premigrate, 'node dist/keys.js']);
  });
});
