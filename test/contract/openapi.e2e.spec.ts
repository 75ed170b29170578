import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags: string[];
  readonly security?: object[];
  readonly responses: Record<string, { readonly description: string; readonly content?: object }>;
}
interface Document {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
}

/** On the built code: the plugin that reads types and comments works in the build alone. */
describe('the OpenAPI document', () => {
  let document: Document;
  let printed: string;
  beforeAll(() => {
    const build = spawnSync('npm', ['run', 'build', '--silent'], { encoding: 'utf8' });
    expect(build.stderr + build.stdout).not.toContain('error');
    printed = spawnSync(process.execPath, ['dist/openapi.js'], { encoding: 'utf8' }).stdout;
    document = JSON.parse(printed) as Document;
  });

  const operations = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    );

  it('is the one that was committed; `npm run openapi` writes it anew', () => {
    expect(printed).toBe(readFileSync('test/contract/openapi.json', 'utf8'));
  });

  it('gives every operation a summary and more about it, a known tag, an id of its own and its answers', () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const known = document.tags.map(({ name }) => name);
    for (const [name, { summary, description, tags, responses }] of operations()) {
      expect([name, Boolean(summary && description), tags.length]).toEqual([name, true, 1]);
      expect(known).toContain(tags[0]);
      expect(Object.keys(responses).some((status) => /^[23]/.test(status))).toBe(true);
    }
  });

  it('tells the refusals of every operation that needs a login or a key', () => {
    for (const [name, { security, responses }] of operations()) {
      if (!security) continue;
      expect([name, '401' in responses || '403' in responses]).toEqual([name, true]);
    }
  });

  it("keeps the predecessor's operation ids and tag", () => {
    const ids = Object.fromEntries(
      operations().map(([name, { operationId, tags }]) => [name, [operationId, ...tags]]),
    );
    expect(ids).toMatchObject({
      'get /auth/me': ['show_me_auth_me_get', 'Manage API keys'],
      'get /auth/api_key/new': ['get_new_api_key_auth_api_key_new_get', 'Manage API keys'],
      'get /auth/api_key/list': ['get_api_key_usage_logs_auth_api_key_list_get', 'Manage API keys'],
      'get /auth/api_key/revoke': ['revoke_api_key_auth_api_key_revoke_get', 'Manage API keys'],
      'get /auth/api_key/renew': ['renew_api_key_auth_api_key_renew_get', 'Manage API keys'],
      'get /auth/check_key': ['check_api_key_auth_check_key_get', expect.any(String)],
    });
  });
});
