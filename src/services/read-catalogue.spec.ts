import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CatalogueError, parseCatalogue, readCatalogue } from './read-catalogue.js';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseCatalogue(text, 'a.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.problems;
  }
};
/** Two good lines, then these of the same service from line 4 on. */
const withFields = (...lines: string[]): string =>
  ['services:', '  - audience: maps', '    title: Tiles', ...lines.map((line) => `    ${line}`)].join('\n');

describe('the service catalogue', () => {
  it('is read from YAML, with null for what is not said', () => {
    expect(parseCatalogue(withFields(), 'a.yaml')).toEqual([
      {
        audience: 'maps',
        title: 'Tiles',
        description: null,
        url: null,
        kind: null,
        carriers: null,
        scopes: [],
        roles: null,
        docs: null,
        tokenMaxSeconds: null,
        sts: null,
      },
    ]);
  });

  it('is read from JSON', () => {
    const service = {
      audience: 'maps',
      title: 'Tiles',
      description: 'Our maps',
      url: 'https://tiles.example.org/{z}/{x}/{y}.png?a=1',
      kind: 'xyz',
      carriers: ['query', 'header'],
      scopes: [{ name: 'tiles:read', title: 'Look', readOnly: true }],
      roles: ['reader'],
      docs: 'https://docs.example.org',
      tokenMaxSeconds: 300,
      sts: { url: 'https://s3.example.org', roleArn: 'arn:aws:iam::123456789012:role/reader' },
    };
    const text = JSON.stringify({ services: [service] });
    expect(parseCatalogue(text, 'a.json')).toEqual([service]);
    expect(parseCatalogue(`\n\n${text}`, 'a.json')).toEqual([service]);
  });

  it('may be empty', () => {
    expect(parseCatalogue('services: []', 'a.yaml')).toEqual([]);
  });

  it('is the example of the documentation, as it stands there', () => {
    const [, example] = /```yaml\n(services:\n[\s\S]*?)```/.exec(readFileSync('docs/services.md', 'utf8'))!;
    const services = parseCatalogue(example!, 'docs/services.md');
    expect(services.map(({ audience }) => audience)).toEqual(['archive', 'maps', 'raw-data']);
    const said = services.flatMap((one) => Object.entries(one).filter(([, value]) => value !== null));
    // Each field is shown by one of them.
    expect(new Set(said.map(([name]) => name))).toEqual(new Set(Object.keys(services[0]!)));
  });

  it.each([
    [
      'an unknown field',
      withFields('titel: Tiles'),
      4,
      '"titel" is not a field of services[0]; the fields are audience, ',
    ],
    [
      'a field that every object has',
      withFields('constructor: x'),
      4,
      '"constructor" is not a field of services[0]',
    ],
    [
      'a field that makes prototypes',
      withFields('__proto__: {a: 1}'),
      4,
      '"__proto__" is not a field of services[0]',
    ],
    ['a merge', withFields('<<: {kind: xyz}'), 4, '"<<" is not a field of services[0]'],
    ['a field that is no text', withFields('? [a]', ': 1'), 4, 'this name is not a field of services[0]'],
    ['a number for a field', withFields('1: 1'), 4, 'this name is not a field of services[0]'],
    ['a field that stands there twice', withFields('title: Again'), 4, 'services[0].title is given twice'],
    [
      'an unknown kind',
      withFields('kind: tms'),
      4,
      'services[0].kind must be one of files, cog, stac, xyz, wms, ',
    ],
    [
      'a kind that every object has',
      withFields('kind: toString'),
      4,
      'services[0].kind must be one of files',
    ],
    [
      'an unknown carrier',
      withFields('carriers: [query,', '  cookie]'),
      5,
      'services[0].carriers[1] must be one of',
    ],
    [
      'no list of carriers',
      withFields('carriers: query'),
      4,
      'services[0].carriers must be a list of 1 to 5',
    ],
    [
      'an empty list of carriers',
      withFields('carriers: []'),
      4,
      'services[0].carriers must be a list of 1 to 5',
    ],
    [
      'a doubled carrier',
      withFields('carriers:', '- query', '- query'),
      6,
      'services[0].carriers[1] is already on line 5',
    ],
    [
      'an address of another scheme',
      withFields('url: ftp://a.example'),
      4,
      'services[0].url must be an http(s) address',
    ],
    [
      'a script for an address',
      withFields('docs: "javascript:alert(1)"'),
      4,
      'services[0].docs must be an http(s)',
    ],
    [
      'an address with a password',
      withFields('url: https://a:b@a.example'),
      4,
      'services[0].url must be an http(s)',
    ],
    [
      'an address without a host',
      withFields('url: "https://"'),
      4,
      'services[0].url must be an http(s) address',
    ],
    [
      'an address that is too long',
      withFields(`url: https://a.example/${'x'.repeat(2048)}`),
      4,
      'services[0].url must',
    ],
    ['a field without a value', withFields('docs:'), 4, 'services[0].docs must be an http(s) address'],
    [
      'a description that is too long',
      withFields(`description: ${'x'.repeat(1001)}`),
      4,
      'must be text of 1 to 1000',
    ],
    [
      'control characters',
      withFields('description: "a\\u0000b"'),
      4,
      'services[0].description must be text of',
    ],
    [
      'text that turns around',
      withFields('description: "a\\u202eb"'),
      4,
      'services[0].description must be text of',
    ],
    ['a number for text', withFields('description: 7'), 4, 'must be text of 1 to 1000 characters, in quotes'],
    ['no list of roles', withFields('roles: reader'), 4, 'services[0].roles must be a list of 1 to 200'],
    ['an empty list of roles', withFields('roles: []'), 4, 'services[0].roles must be a list of 1 to 200'],
    [
      'a scope without a title',
      withFields('scopes:', '- name: a'),
      5,
      'services[0].scopes[0].title is missing',
    ],
    [
      'a scope of text',
      withFields('scopes: [a]'),
      4,
      'services[0].scopes[0] must be a set of fields (name, title,',
    ],
    [
      'a doubled scope',
      withFields('scopes:', '- {name: a, title: A}', '- {title: B, name: a}'),
      6,
      '[1].name is already on',
    ],
    [
      'a flag in words',
      withFields('scopes: [{name: a, title: A, readOnly: yes}]'),
      4,
      'readOnly must be true or false',
    ],
    [
      'seconds beyond the longest',
      withFields('tokenMaxSeconds: 301'),
      4,
      'must be a whole number from 1 to 300',
    ],
    ['half a second', withFields('tokenMaxSeconds: 0.5'), 4, 'must be a whole number from 1 to 300'],
    [
      'an STS without an address',
      withFields('sts: {roleArn: "arn:aws:x"}'),
      4,
      'services[0].sts.url is missing',
    ],
    [
      'another field of the STS',
      withFields('sts:', '  url: https://a.example', '  arn: x'),
      6,
      '"arn" is not a field of',
    ],
    [
      'a role of the STS that is none',
      withFields('sts: {url: https://a.example, roleArn: x}'),
      4,
      'must be a role such',
    ],
    [
      'a reference',
      withFields('description: &a x', 'docs: *a'),
      5,
      'services[0].docs refers to another place',
    ],
    ['an unknown tag', withFields('description: !secret x'), 4, 'Unresolved tag: !secret'],
    [
      'no title',
      'services:\n  - audience: maps',
      2,
      'services[0].title is missing: it must be text of 1 to 128',
    ],
    ['no audience', 'services:\n  - title: Maps', 2, 'services[0].audience is missing'],
    [
      'a long audience',
      `services:\n  - title: A\n    audience: ${'x'.repeat(257)}`,
      3,
      'must be text of 1 to 256',
    ],
    [
      'an empty audience',
      'services:\n  - title: A\n    audience: ""',
      3,
      'services[0].audience must be text of 1 to',
    ],
    ['a service of text', 'services:\n  - maps', 2, 'services[0] must be a set of fields (audience, title,'],
    [
      'a field beside the list',
      'services: []\nservice: []',
      2,
      '"service" is not a field; the fields are services',
    ],
    ['no list of services', 'services:\n  maps: {}', 2, 'services must be a list of at most 1000'],
    ['nothing in the list', 'services:', 1, 'services must be a list of at most 1000'],
    ['an empty file', '', 1, 'the file must be a set of fields (services)'],
    ['a list alone', '- audience: maps', 1, 'the file must be a set of fields (services)'],
    ['two documents', 'services: []\n---\nservices: []', 2, 'multiple documents'],
    ['broken YAML', 'services:\n  - audience: "maps', 2, 'quote'],
    ['broken JSON', '{"services": [\n  {"audience": "maps"]}', 2, 'a.yaml:2:'],
    ['a tab', 'services:\n\t- audience: maps', 2, 'Tabs are not allowed'],
    [
      'more than 1,000',
      `services:\n${'  - {audience: a, title: A}\n'.repeat(1001)}`,
      2,
      'a list of at most 1000',
    ],
  ])('is refused with the line of %s', (_, text, line, sentence) => {
    const [first] = problemsOf(text);
    expect(first).toContain(sentence);
    expect(first).toMatch(new RegExp(`^a\\.yaml:${line}: `));
  });

  it('is refused with every mistake at once, in the order of the lines', () => {
    const text = `services:
  - title: !office Tiles
    kind: tms
    audience: __proto__
    url: nowhere
  - audience: other
    titel: X
  - title: The same
    audience: __proto__
more: 1`;
    const lines = problemsOf(text).map((problem) => problem.split(' ').slice(0, 2).join(' '));
    expect(lines).toEqual([
      'a.yaml:2: Unresolved',
      'a.yaml:3: services[0].kind',
      'a.yaml:5: services[0].url',
      'a.yaml:6: services[1].title',
      'a.yaml:7: "titel"',
      'a.yaml:9: services[2].audience',
      'a.yaml:10: "more"',
    ]);
    expect(problemsOf(text).join()).toContain('services[2].audience is already on line 4');
  });

  it('takes audiences that every object has for what they are', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const text = JSON.stringify({ services: names.map((audience) => ({ audience, title: 'T' })) });
    expect(parseCatalogue(text, 'a.json').map(({ audience }) => audience)).toEqual(names);
  });

  it('tells a file of mistakes in 200 lines and how many more there are', () => {
    const text = `services: []\n${Array.from({ length: 300 }, (_, i) => `x${i}: 1`).join('\n')}`;
    expect(problemsOf(text)).toHaveLength(201);
    expect(problemsOf(text).at(-1)).toBe('a.yaml: 100 more');
  });

  it.each([
    ['nested without end', '['.repeat(20_000)],
    [
      'of a thousand thousand references',
      `a: &a [x]\nb: &b [${'*a,'.repeat(999)}]\nc: [${'*b,'.repeat(999)}]`,
    ],
  ])('is refused when it is %s', (_, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  it.each([
    ['test/no-such-file.yaml', "can't be read (ENOENT)"],
    ['test', 'must be a file'],
    ['/dev/zero', 'must be a file'],
    ['package.json/x', "can't be read (ENOTDIR)"],
  ])('is refused when %s is named', (file, sentence) => {
    expect(() => readCatalogue(file)).toThrow(`${file} ${sentence}`);
  });
});
