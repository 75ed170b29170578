import { describe, expect, it } from 'vitest';
import type { Carrier, Kind, ServiceForSnippets } from './access.js';
import type { Snippet } from './snippet.js';
import { snippetsFor } from './snippets.js';
import { en, fr } from './words.js';
import type { SnippetWords } from './words.js';

const KEY = 'akm_Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4f0Zk3Qs';
const NAMES = {
  header: 'x-api-key',
  query: 'api-key',
  verifyUrl: 'https://keys.example.org/apikm/v1/verify',
};
const ALL: readonly Carrier[] = ['bearer', 'basic', 'header', 'query', 'path'];
const KINDS = [
  null,
  ...(['files', 'cog', 'stac', 'xyz', 'wms', 'wmts', 'wcs', 'geoserver', 's3', 'api'] as const),
];

const service = (change: Partial<ServiceForSnippets> = {}): ServiceForSnippets => ({
  title: 'Archive',
  url: 'https://files.example.org/archive/',
  kind: 'files',
  carriers: null,
  ...change,
});
const snippets = (change: Partial<ServiceForSnippets> | null, words: SnippetWords = en): readonly Snippet[] =>
  snippetsFor({ key: KEY, service: change && service(change), names: NAMES, words });
const one = (id: string, change: Partial<ServiceForSnippets> | null = {}): Snippet => {
  const found = snippets(change).find((snippet) => snippet.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};
/** Each kind with each single carrier, with all of them, and with none said. */
const everything = (words = en): Snippet[] =>
  KINDS.flatMap((kind) =>
    [null, ALL, ...ALL.map((carrier) => [carrier])].flatMap((carriers) =>
      snippets({ kind, carriers }, words),
    ),
  );
const toolsOf = (list: readonly Snippet[]): string[] => [...new Set(list.map(({ tool }) => tool))];

describe('which snippets are shown', () => {
  it.each<[Kind | null, string[]]>([
    [
      'files',
      ['curl', 'gdal', 'qgis', 'rasterio', 'jupyter', 'terra', 'requests', 'obstore', 'other', 'check'],
    ],
    [
      'cog',
      ['gdal', 'qgis', 'rasterio', 'jupyter', 'terra', 'curl', 'requests', 'obstore', 'other', 'check'],
    ],
    ['s3', ['obstore', 'curl', 'gdal', 'qgis', 'rasterio', 'jupyter', 'terra', 'requests', 'other', 'check']],
    ['stac', ['pystac-client', 'jupyter', 'qgis', 'curl', 'requests', 'other', 'check']],
    ['xyz', ['qgis', 'curl', 'requests', 'other', 'check']],
    ['wms', ['qgis', 'owslib', 'jupyter', 'gdal', 'curl', 'requests', 'other', 'check']],
    ['wmts', ['qgis', 'owslib', 'jupyter', 'gdal', 'curl', 'requests', 'other', 'check']],
    ['wcs', ['qgis', 'owslib', 'jupyter', 'gdal', 'curl', 'requests', 'other', 'check']],
    ['geoserver', ['qgis', 'owslib', 'jupyter', 'gdal', 'curl', 'requests', 'other', 'check']],
    ['api', ['curl', 'requests', 'other', 'jupyter', 'check']],
  ])('of %s: those that people use for it, in this order', (kind, tools) => {
    expect(toolsOf(snippets({ kind }))).toEqual(tools);
  });

  it('is all of them where no service is named, and first the one that works without an address', () => {
    expect(toolsOf(snippets(null)).sort()).toEqual(
      Object.keys(en)
        .filter((word) => word.startsWith('title.'))
        .map((word) => word.slice('title.'.length))
        .sort(),
    );
    expect(snippets(null)[0]!.text).toContain(`--data '{"key":"${KEY}"}' '${NAMES.verifyUrl}'`);
  });

  it('has no two of the same id in a list', () => {
    for (const kind of KINDS) {
      const ids = snippets({ kind, carriers: ALL }).map(({ id }) => id);
      expect([kind, ids]).toEqual([kind, [...new Set(ids)]]);
    }
  });
});

describe('how the key is carried', () => {
  it.each<[Carrier[] | null, string]>([
    [null, `--header 'Authorization: Bearer ${KEY}'`],
    [['bearer'], `--header 'Authorization: Bearer ${KEY}'`],
    [['basic', 'bearer'], `--user 'apikey:${KEY}'`],
    [['header', 'bearer'], `--header 'Authorization: Bearer ${KEY}'`],
    [['query', 'header'], `--header 'x-api-key: ${KEY}'`],
    [['path', 'basic'], `--user 'apikey:${KEY}'`],
    [['query'], `'https://files.example.org/archive/path/to/file.tif?api-key=${KEY}'`],
    [['path', 'query'], `'https://files.example.org/k/${KEY}/archive/path/to/file.tif'`],
  ])('carries the key as the service takes it, the safest way first: %j', (carriers, part) => {
    expect(one('curl-command', { carriers }).text).toContain(part);
  });

  it.each<[Carrier[], string[]]>([
    [['bearer'], ['gdal-netrc', 'qgis-steps', 'other-address']],
    [['query'], ['gdal-configuration', 'gdal-headerFile', 'gdal-netrc', 'obstore-script']],
  ])('leaves out what can not carry it: %j', (carriers, ids) => {
    const shown = snippets({ carriers }).map(({ id }) => id);
    expect(ids.filter((id) => shown.includes(id))).toEqual([]);
  });

  it('gives QGIS Basic for files, and a header for maps where Basic is not taken', () => {
    expect(one('qgis-steps').file!.text).toContain('method="Basic"');
    const maps = one('qgis-steps', { kind: 'wms', carriers: ['bearer'] });
    expect(maps.file!.text).toContain(`<Config Authorization="Bearer ${KEY}"/>`);
  });
});

describe('keys in addresses', () => {
  it('are warned of wherever there is one, and nowhere else', () => {
    const inAddress = new RegExp(`[?&]api-key=${KEY}|/k/${KEY}/|parameters={"api-key": key}`);
    const all = everything();
    expect(all.filter(({ text }) => inAddress.test(text)).length).toBeGreaterThan(20);
    for (const { text, warning } of all)
      expect([text, warning?.includes(en['note.keyInUrl']) ?? false]).toEqual([text, inAddress.test(text)]);
  });

  it('come last where the service takes another way too', () => {
    const address = snippets({ carriers: ALL }).filter(({ warning }) => warning === en['note.keyInUrl']);
    expect(address.map(({ id, text }) => [id, text])).toEqual([
      ['other-address', `https://files.example.org/archive/path/to/file.tif?api-key=${KEY}`],
    ]);
  });

  it('leave the rest of the address as it is', () => {
    const url = 'https://tiles.example.org:8443/{z}/{x}/{y}.png?style=a#b';
    const steps = (carrier: Carrier) => one('qgis-steps', { kind: 'xyz', url, carriers: [carrier] }).text;
    expect(steps('query')).toContain(
      `https://tiles.example.org:8443/{z}/{x}/{y}.png?style=a&api-key=${KEY}#b`,
    );
    expect(steps('path')).toContain(`https://tiles.example.org:8443/k/${KEY}/{z}/{x}/{y}.png?style=a#b`);
  });
});

describe('addresses', () => {
  it.each<[string, Partial<ServiceForSnippets> | null, string, string[]]>([
    [
      'no service',
      null,
      'https://data.example.org/path/to/file.tif',
      ['data.example.org', 'path/to/file.tif'],
    ],
    [
      'no address',
      { url: null },
      'https://data.example.org/path/to/file.tif',
      ['data.example.org', 'path/to/file.tif'],
    ],
    ['a folder', {}, 'https://files.example.org/archive/path/to/file.tif', ['path/to/file.tif']],
    ['a host', { url: 'https://a.example' }, 'https://a.example/path/to/file.tif', ['path/to/file.tif']],
    ['a file', { url: 'https://a.example/x.tif?a=1' }, 'https://a.example/x.tif?a=1', []],
    [
      'tiles',
      { kind: 'xyz', url: 'https://{s}.a.example/{z}/{x}/{-y}.png' },
      'https://a.a.example/0/0/0.png',
      [],
    ],
    [
      'maps',
      { kind: 'wms', url: 'https://a.example/ows?map=b' },
      'https://a.example/ows?map=b&service=WMS&request=GetCapabilities',
      [],
    ],
    [
      'a GeoServer',
      { kind: 'geoserver', url: 'https://a.example/geoserver/' },
      'https://a.example/geoserver/ows?service=WMS&request=GetCapabilities',
      [],
    ],
    [
      'its OWS',
      { kind: 'geoserver', url: 'https://a.example/geoserver/wms' },
      'https://a.example/geoserver/wms?service=WMS&request=GetCapabilities',
      [],
    ],
  ])('are the catalogue’s, or examples marked as such: %s', (_, change, url, examples) => {
    const snippet = one('curl-command', change);
    expect(snippet.text).toContain(`'${url}'`);
    expect(snippet.examples).toEqual(examples);
    const sentence = en['note.example'].replace('{{examples}}', examples.join(', '));
    expect(snippet.note).toBe(examples.length ? sentence : undefined);
  });
});

describe('what other people wrote', () => {
  const TITLE = `a'"\`$(id)<b>&\\\n{{key}}\u202e`;
  const URL_PATH = `https://a.example/a'b"c\`$(id)&d\\e{f}[g].tif?q='"$(id)`;
  const hostile = (kind: Kind): readonly Snippet[] =>
    snippetsFor({
      key: KEY,
      service: { title: TITLE, url: URL_PATH, kind, carriers: ALL },
      names: { ...NAMES, header: `x-'"$(id)-key` },
      words: en,
    });

  it('stays within its quotes', () => {
    for (const { language, text } of hostile('files').filter(({ language }) => language === 'sh')) {
      const outside = text.replace(/'[^']*'|\\'/g, '');
      expect([language, outside.includes('$(') || outside.includes('`')]).toEqual(['sh', false]);
    }
    const rasterio = hostile('files').find(({ id }) => id === 'rasterio-script')!.text;
    const [, literal] = /^url = (".*")$/m.exec(rasterio)!;
    expect(new URL(JSON.parse(literal!) as string).pathname).toContain(`a'b%22c`);
  });

  it('is text in QGIS’s file, and names no other file', () => {
    const { file } = hostile('wms').find(({ id }) => id === 'qgis-steps')!;
    expect(file!.name).toBe('qgis-a-id-b-key.xml');
    expect(file!.text).toContain(`name="a'&quot;\`$(id)&lt;b&gt;&amp;\\ {{key}}"`);
  });

  it.each(['../../etc/passwd', '.', 'CON:', '  ', '日本', 'x'.repeat(128)])(
    'names no file as it likes: %s',
    (title) => {
      for (const { file } of snippets({ title, carriers: ALL }))
        if (file)
          expect(file.name).toMatch(/^(?:\.netrc|\.env|(?:qgis|gdal)-[a-z0-9]+(?:-[a-z0-9]+)*\.\w+)$/);
    },
  );

  it.each(['', "akm_'", 'akm_a b', 'akm_a\n', 'akm_a"', 'akm_é', '$(id)'])('is no key: %j', (key) => {
    expect(() => snippetsFor({ key, service: null, names: NAMES, words: en })).toThrow(RangeError);
  });
});

describe('words', () => {
  it('ask for the same in French as in English', () => {
    const asked = (words: SnippetWords) =>
      Object.entries(words).map(([name, text]) => [name, text.match(/\{\{\w+\}\}/g)]);
    expect(asked(fr)).toEqual(asked(en));
  });

  it('leave nothing to be filled in', () => {
    for (const words of [en, fr])
      for (const { text, note, warning, file } of everything(words))
        expect([text, note, warning, file?.text].join()).not.toMatch(/\{\{|undefined/);
  });

  it('are French where French is asked for', () => {
    expect(snippets({}, fr)[0]).toMatchObject({ title: 'curl', form: 'Commande' });
  });
});
