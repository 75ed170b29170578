import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../src/api-keys/key-material.js';
import { openChromium } from '../support/chromium.js';
import { gateBy } from '../support/gateway.js';
import { GATEWAYS } from '../support/gateway-programs.js';

let chromium: Browser;
beforeAll(async () => {
  chromium = await openChromium();
});
afterAll(() => chromium.close());

describe.each(Object.entries(GATEWAYS))('a page of another origin, in front of %s', (_, start) => {
  const gate = gateBy(start, { options: 'audience=files&preflight=pass' });
  let page: Page;
  beforeAll(async () => {
    page = await (await chromium.newContext()).newPage();
    await page.goto(`http://${gate().place.files}/status/200`);
  });
  afterAll(() => page.context().close());

  const fetched = (path: string, key?: string) =>
    page.evaluate(
      async ([url, headers]) => {
        const answer = await fetch(url, { headers });
        const retryAfter = Number(answer.headers.get('retry-after'));
        const challenge = answer.headers.get('www-authenticate');
        return {
          status: answer.status,
          retryAfter,
          challenge,
          bytes: (await answer.arrayBuffer()).byteLength,
        };
      },
      [gate().url + path, key === undefined ? undefined : { 'x-api-key': key }] as const,
    );

  it('reads a file with a key in a header, in the path and in the query', async () => {
    const { key } = await gate().newKey();
    const read = expect.objectContaining({ status: 200, bytes: expect.toSatisfy((bytes) => bytes > 4096) });
    expect(await fetched('/x.tif', key)).toEqual(read);
    expect(await fetched(`/k/${key}/x.tif`)).toEqual(read);
    expect(await fetched(`/x.tif?api-key=${key}`)).toEqual(read);
  });

  it('sees that it was refused, and why, and not a network error', async () => {
    const { key: maps } = await gate().manager.createKey({ audiences: ['maps'] });
    const unauthorized = { status: 401, challenge: 'Bearer realm="API keys"' };
    expect(await fetched('/x.tif')).toMatchObject(unauthorized);
    expect(await fetched('/x.tif', mintKey('akm').secret)).toMatchObject(unauthorized);
    expect((await fetched('/x.tif', maps)).status).toBe(403);
  });

  it('sees what the service itself says', async () => {
    const { key } = await gate().newKey();
    for (const status of [403, 500, 503])
      expect(await fetched(`/status/${status}`, key)).toMatchObject({ status, retryAfter: 0 });
  });

  it('sees when it may come again, if the manager is away or has seen too many bad keys', async () => {
    const { key } = await gate().newKey();
    const later = expect.toSatisfy((seconds: number) => seconds > 0);
    const wake = gate().hangManager();
    const seen = await fetched('/x.tif', key).finally(wake);
    expect(seen).toMatchObject({ status: 503, retryAfter: later });
    for (let i = 0; i < 20; i += 1) await fetched('/x.tif', mintKey('akm').secret);
    expect(await fetched('/x.tif', key)).toMatchObject({ status: 429, retryAfter: later });
  });
});
