import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Carrier, ServiceForSnippets } from '../../web/snippets/access.js';
import type { Snippet } from '../../web/snippets/snippet.js';
import { snippetsFor } from '../../web/snippets/snippets.js';
import { en } from '../../web/snippets/words.js';
import { gateBy } from '../support/gateway.js';
import { GATEWAYS } from '../support/gateway-programs.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { PYTHON } from '../support/python-parts.js';
import { Desk } from '../support/snippet-runs.js';
import { CAPABILITIES, CATALOGUE } from '../support/snippet-services.js';

/** What is refused is refused for the key, and not for there being many of them. */
const gate = gateBy(GATEWAYS.nginx, { settings: { APIKM_RATE_LIMIT: '' } });
let desk: Desk;
beforeEach(() => void (desk = new Desk()));
afterEach(() => desk.remove());

const PATHS: Readonly<Record<string, string>> = { files: 'x.tif', stac: 'stac/catalog.json', api: 'x.tif' };

const snippetsOf = (key: string, change: Partial<ServiceForSnippets>): readonly Snippet[] =>
  snippetsFor({
    key,
    service: {
      audience: 'files',
      title: 'Archive',
      kind: 'files',
      url: `${gate().url}/${PATHS[change.kind ?? 'files'] ?? change.kind}`,
      carriers: null,
      ...change,
    },
    names: { header: 'x-api-key', query: 'api-key', verifyUrl: `${gate().manager.url}/v1/verify` },
    words: en,
  });
const named = (id: string, list: readonly Snippet[]): Snippet => list.find((one) => one.id === id)!;

const revoke = (id: string) => gate().manager.as(ALICE, 'POST', `/v1/keys/${id}/revoke`, {});

/** With a new key, and once more when that is revoked. */
async function worksUntilRevoked(
  id: string,
  change: Partial<ServiceForSnippets>,
  run: (snippet: Snippet) => ReturnType<Desk['paste']>,
  shows: string | RegExp,
): Promise<void> {
  const made = await gate().newKey();
  const snippet = named(id, snippetsOf(made.key, change));
  const asked = await gate().arriving(async () => {
    const { succeeded, output } = await run(snippet);
    expect(output).toMatch(shows);
    expect(succeeded).toBe(true);
  });
  expect(asked.length).toBeGreaterThan(0);
  expect(JSON.stringify(asked)).not.toContain(made.key);
  await revoke(made.id);
  const refused = await gate().arriving(async () => {
    expect((await run(snippet)).succeeded).toBe(false);
  });
  expect(refused).toEqual([]);
}

const GDAL_SAYS = /Size is 64, 64|'width': 64/;
const SHOWS: Readonly<Record<string, string | RegExp>> = {
  'curl-command': /(?:)/,
  'gdal-environment': GDAL_SAYS,
  'gdal-configurationServer': GDAL_SAYS,
  'gdal-configuration': GDAL_SAYS,
  'gdal-headerFile': GDAL_SAYS,
  'gdal-netrc': GDAL_SAYS,
  'rasterio-script': GDAL_SAYS,
  'jupyter-cell': GDAL_SAYS,
  'requests-script': /^None \d{3,} bytes$/m,
  'obstore-script': "'path': 'x.tif'",
};
const IN_ADDRESS = ['curl-command', 'gdal-environment', 'rasterio-script', 'jupyter-cell', 'requests-script'];
const AS_HEADER = Object.keys(SHOWS).filter((id) => id !== 'gdal-netrc');
const RUN_HERE: Readonly<Record<Carrier, readonly string[]>> = {
  bearer: AS_HEADER,
  basic: Object.keys(SHOWS),
  header: AS_HEADER,
  query: IN_ADDRESS,
  path: IN_ADDRESS,
};
const ALL = Object.keys(RUN_HERE) as Carrier[];
const ROWS = Object.entries(RUN_HERE).flatMap(([carrier, ids]) =>
  ids.map((id) => [id, carrier as Carrier] as const),
);
const needsNewerGdal = ({ id }: Snippet): boolean => id === 'gdal-configurationServer';

describe('snippets for a file behind a real gateway', () => {
  it.each(ROWS)('%s reads it, the key carried as %s, until the key is revoked', async (id, carrier) => {
    const paste = (snippet: Snippet) => desk.paste(snippet, needsNewerGdal(snippet));
    await worksUntilRevoked(id, { carriers: [carrier] }, paste, SHOWS[id]!);
  });

  it('curl saves the whole file', async () => {
    const { key } = await gate().newKey();
    await desk.paste(named('curl-command', snippetsOf(key, {})));
    expect(desk.read('x.tif').slice(0, 2)).toMatch(/II|MM/);
  });

  it('.netrc is curl’s as well', async () => {
    const change = { kind: 'api', carriers: ['basic'] } as const;
    const toFile = (snippet: Snippet) => desk.shell(`${snippet.text} --output got && wc -c got`);
    await worksUntilRevoked('curl-netrc', change, toFile, /\d{3,} got/);
  });

  it('a cell that asks for the key takes the one that is typed', async () => {
    const made = await gate().newKey();
    const { text } = named('jupyter-cellAsking', snippetsOf(made.key, {}));
    expect(text).not.toContain(made.key);
    expect((await desk.run(PYTHON, ['-c', text], [], `${made.key}\n`)).output).toMatch(GDAL_SAYS);
    expect((await desk.run(PYTHON, ['-c', text], [], `${made.key}x\n`)).succeeded).toBe(false);
  });

  it('the first one says whether the key is good', async () => {
    const made = await gate().newKey();
    const snippet = named('check-command', snippetsOf(made.key, {}));
    expect((await desk.paste(snippet)).output).toContain('"valid":true');
    await revoke(made.id);
    expect((await desk.paste(snippet)).output).toContain('"code":"REVOKED"');
  });
});

describe('files to download', () => {
  const READ = 'gdalinfo "/vsicurl/$URL"';
  it.each<[string, Carrier, boolean, string]>([
    ['gdal-configurationServer', 'bearer', true, `GDAL_CONFIG_FILE=~/gdal-archive.ini ${READ}`],
    ['gdal-configuration', 'header', false, `GDAL_CONFIG_FILE=~/gdal-archive.ini ${READ}`],
    ['gdal-headerFile', 'bearer', false, `GDAL_HTTP_HEADER_FILE=~/gdal-archive-headers.txt ${READ}`],
    ['gdal-netrc', 'basic', false, READ],
    ['other-dotenv', 'bearer', false, `. ./.env; GDAL_HTTP_HEADERS="x-api-key: $API_KEY" ${READ}`],
  ])('are what the pasted lines write, and do the same: %s', async (id, carrier, newerGdal, line) => {
    const saveAndRead = (snippet: Snippet) => {
      desk.save(snippet);
      return desk.shell(`URL=${gate().place.url}; ${line}`, newerGdal);
    };
    await worksUntilRevoked(id, { carriers: [carrier] }, saveAndRead, GDAL_SAYS);
    const { key } = await gate().newKey();
    const snippet = named(id, snippetsOf(key, { carriers: [carrier] }));
    const { name, text } = snippet.file!;
    const other = new Desk();
    await other.paste(snippet, newerGdal);
    if (snippet.language === 'sh') expect(other.read(name).trim()).toBe(text.trim());
    other.remove();
  });
});

describe('snippets for services', () => {
  beforeAll(() => {
    const { folder } = gate().files;
    mkdirSync(join(folder, 'stac'));
    const served = { ...CATALOGUE, ...CAPABILITIES };
    for (const [path, text] of Object.entries(served)) writeFileSync(join(folder, path), text);
  });

  it.each(ALL)(
    'pystac-client lists a catalogue, the key carried as %s, until the key is revoked',
    async (carrier) => {
      const change = { kind: 'stac', carriers: [carrier] } as const;
      await worksUntilRevoked('pystac-client-script', change, (one) => desk.paste(one), /^scenes Scenes$/m);
    },
  );

  const MAPS = (['wms', 'wmts', 'wcs'] as const).flatMap((kind) =>
    (['bearer', 'basic', 'query'] as const).map((carrier) => [kind, carrier] as const),
  );
  it.each(MAPS)('OWSLib lists %s, the key carried as %s, until the key is revoked', async (kind, carrier) => {
    const change = { kind, carriers: [carrier] };
    await worksUntilRevoked('owslib-script', change, (one) => desk.paste(one), /^scenes$/m);
  });

  it.each<Carrier>(['bearer', 'basic', 'query'])(
    'GDAL lists maps, the key carried as %s',
    async (carrier) => {
      const change = { kind: 'wms', carriers: [carrier] } as const;
      await worksUntilRevoked('gdal-environment', change, (one) => desk.paste(one), /SUBDATASET_1_NAME=WMS:/);
    },
  );
});

describe('snippets with what other people wrote', () => {
  it('read a file of any name, and run nothing of it', async () => {
    const TOUCH = '$(touch pwned)`touch pwned`';
    const path = `/a'b"c${TOUCH}\\&touch pwned&{d}[e].tif`;
    const url = new URL(gate().url + path);
    const onDisk = url.href.slice(url.origin.length).replace(/[{}[\]]/g, encodeURIComponent);
    expect(onDisk).toContain('%7Bd%7D%5Be%5D.tif');
    mkdirSync(join(gate().files.folder, onDisk, '..'), { recursive: true });
    await desk.shell(`gdal_create -q -outsize 64 64 x.tif`);
    writeFileSync(join(gate().files.folder, onDisk), Buffer.from(desk.read('x.tif'), 'latin1'));
    const { key } = await gate().newKey();
    const title = `a'"\\${TOUCH}<b a="c">&\n'''"""{{key}}`;
    for (const carrier of ['bearer', 'basic', 'query'] as const) {
      const list = snippetsOf(key, { title, url: gate().url + path, carriers: [carrier] });
      for (const id of IN_ADDRESS)
        expect([id, (await desk.paste(named(id, list))).output]).toEqual([
          id,
          expect.stringMatching(SHOWS[id]!),
        ]);
    }
    expect(existsSync(join(desk.home, 'pwned'))).toBe(false);
  });

  it('are names and values in QGIS’s file', async () => {
    const { key } = await gate().newKey();
    const title = `a'"\\<b a="c">&amp;{{key}}`;
    const READ =
      'import sys, xml.etree.ElementTree as t; c = t.parse(sys.argv[1]).getroot().find("configurations/AuthMethodConfig"); print(c.get("name"), c.get("method"), c.find("Config").attrib)';
    const snippet = named('qgis-steps', snippetsOf(key, { title }));
    desk.save(snippet);
    const { output } = await desk.run(PYTHON, ['-c', READ, snippet.file!.name]);
    expect(output).toBe(`${title} Basic {'username': 'apikey', 'password': '${key}', 'realm': ''}\n`);
  });
});
