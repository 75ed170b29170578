import { beforeAll, expect, it } from 'vitest';
import type { Gate, Manners } from './gateway.js';

const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${String(i).padStart(4, '0')}`);

/** Near to 8 KB, as a list in a header. */
const LONG_ROLES = numbered(800, 'role-');
const LONG_GROUPS = numbered(500, '/org/team-').map((name) => `${name}x`);

async function keyOf(gate: Gate, id: string, roles: string[], groups: string[]): Promise<string> {
  gate.manager.keycloak.add({ id, username: id, roles, groups });
  return (await gate.newKey(id)).key;
}

/** How much may come with a request, and be told of who it is. */
export function takesWhatIsLarge(open: () => Gate, manners: Manners): void {
  let key: string;
  beforeAll(async () => {
    ({ key } = await open().newKey());
  });

  it('tells the service of 100 groups and 100 roles, all of them', async () => {
    const [roles, groups] = [numbered(100, 'role-'), numbered(100, '/org/team-')];
    const busy = await keyOf(open(), 'busy', roles, groups);
    const [asked] = await open().arriving(() => open().ask('/x.tif', { 'x-api-key': busy }));
    expect(asked?.headers).toMatchObject({
      'x-apikm-roles': roles.join(),
      'x-apikm-groups': groups.join(),
    });
    expect(asked?.headers['x-apikm-left-out'] ?? '').toBe('');
  });

  it('lets a person in 1,000 groups pass, and tells the service what was left out', async () => {
    const busiest = await keyOf(open(), 'busiest', ['reader'], numbered(1000, '/org/team-'));
    const headers = { 'x-api-key': busiest, 'x-apikm-left-out': 'forged' };
    const [asked] = await open().arriving(() => open().ask('/x.tif', headers));
    expect(asked?.headers).toMatchObject({ 'x-apikm-login': 'busiest', 'x-apikm-left-out': 'groups' });
    expect(asked?.headers['x-apikm-groups'] ?? '').toBe('');
  });

  it('takes the longest lists together with the longest address', async () => {
    const most = await keyOf(open(), 'most', LONG_ROLES, LONG_GROUPS);
    const path = `/x.tif?x=${'y'.repeat(8000)}`;
    const [asked] = await open().arriving(() => open().ask(path, { 'x-api-key': most }));
    expect(asked?.url).toBe(path);
    expect(asked?.headers).toMatchObject({
      'x-apikm-roles': LONG_ROLES.join(),
      'x-apikm-groups': LONG_GROUPS.join(),
    });
  });

  it.each([
    ['a style in its query', `/wms?SLD_BODY=${'%3Ca%3E'.repeat(500)}`],
    ['700 letters in percent signs', `/x.tif?name=${'%C3%A4'.repeat(700)}`],
    ['almost 8 KiB', `/x.tif?x=${'y'.repeat(8000)}`],
  ])('asks the service for an address with %s as it came', async (_, path) => {
    const gate = open();
    const asked = await gate.arriving(async () => {
      await gate.ask(path, { 'x-api-key': key });
      await gate.ask(`/k/${key}${path}`);
    });
    expect(asked.map(({ url }) => url)).toEqual([path, path]);
  });

  it('asks the service for 700 letters that are no ASCII as they came, or refuses them as any such address', async () => {
    const path = `/x.tif?name=${'\u00c3\u00a4'.repeat(700)}`;
    const statuses: number[] = [];
    const asked = await open().arriving(async () => {
      for (const uri of [path, `/k/${key}${path}`])
        statuses.push((await open().ask(uri, { 'x-api-key': key })).status);
    });
    expect(statuses).toEqual(manners.asciiAlone ? [400, 400] : [200, 200]);
    expect(asked.map(({ url }) => url)).toEqual(manners.asciiAlone ? [] : [path, path]);
  });

  it('takes a key beside 20 KiB of other headers', async () => {
    const headers = { 'x-api-key': key, 'x-note': Array.from({ length: 3 }, () => 'x'.repeat(6900)) };
    expect((await open().ask('/x.tif', headers)).status).toBe(200);
  });

  if (!manners.linesUpTo8KiB)
    it('takes a key beside 20 KiB of cookies in one line', async () => {
      const headers = { 'x-api-key': key, cookie: `a=${'x'.repeat(20 * 1024)}` };
      expect((await open().ask('/x.tif', headers)).status).toBe(200);
    });

  it('refuses more than 64 KiB of headers, and says so', async () => {
    const gate = open();
    const headers = { 'x-api-key': key, 'x-note': Array.from({ length: 11 }, () => 'x'.repeat(6900)) };
    const asked = await gate.arriving(async () => {
      const { status, body } = await gate.ask('/x.tif', headers);
      expect([400, 431]).toContain(status);
      expect(body).toMatch(manners.leavesLimitsToTheManager ? '"HEADERS_TOO_LARGE"' : /large|bad/i);
    });
    expect(asked).toEqual([]);
  });
}
