import { afterAll, describe, expect, it, vi } from 'vitest';
import type { OwnPolicy, Service } from '../../api/types.js';
import { en } from '../../texts/en.js';
import { fr } from '../../texts/fr.js';
import { formatFor } from '../../texts/format.js';
import type { Draft, Purpose } from './draft.js';
import { draftFromLink, presetOf } from './draft.js';
import { begun, changed } from './reach.js';
import { sentenceParts } from './sentence-parts.js';

const policy: OwnPolicy = {
  ...{ defaultTtlHours: 360, maxTtlHours: null, mayNeverExpire: true, maxKeys: null, keysInUrl: true },
  ...{ servicesOnly: false, keyPrefix: 'akm', keyHeader: 'x-api-key', keyQuery: 'api-key' },
  ...{ publicUrl: 'https://keys.example.org', clientIp: null },
};
const service = (audience: string, scopes: Service['scopes']): Service => ({
  ...{ audience, title: audience.toUpperCase(), description: null, url: null, kind: null, carriers: null },
  ...{ scopes, docs: null, sts: null, tokenMaxSeconds: 300 },
});
const services = [
  service('tiles', [
    { name: 'tiles:read', title: 'Look at maps', readOnly: true },
    { name: 'tiles:write', title: 'Change maps', readOnly: false },
  ]),
  service('scenes', []),
];

vi.stubGlobal('window', { navigator: { languages: ['en-GB'] } });
afterAll(() => vi.unstubAllGlobals());

const said = (draft: Draft, t = en): string =>
  sentenceParts({ draft, services, roles: ['reader', 'writer'], policy }, t.newKey, formatFor('en', '')).join(
    '',
  );
const empty = begun(draftFromLink('name=k&ttlHours=24', policy), services);

describe('the sentence of a new key', () => {
  it.each([
    ['all services', {}, /use all services, but nothing that asks for a scope, until/],
    ['no service', { onlyServices: true }, /use no service yet until/],
    ['one service', { onlyServices: true, services: ['scenes'] }, /use SCENES until/],
    ['a scope', { scopes: ['tiles:write'] }, /use all services, with the scopes Change maps, until/],
    ['a reading scope', { scopes: ['tiles:read'] }, /use all services, with the scopes Look at maps,/],
    [
      'reading',
      { onlyServices: true, services: ['tiles'], scopes: ['tiles:read'] },
      /read TILES, with the scopes Look at maps, until/,
    ],
    ['no role', { onlyRoles: true }, /, with no role yet,/],
    ['one role', { onlyRoles: true, roles: ['reader'] }, /, as reader,/],
    ['a network', { networks: '10.0.0.0/8, 999.1.1.1' }, / from 10\.0\.0\.0\/8, as/],
    [
      'nonsense',
      { networks: 'x', referers: 'http://bad', rate: 'often' },
      / from … on pages of …, as .*most …,/,
    ],
    ['methods', { methods: ['GET', 'POST'] }, /, as reader and writer, only with GET and POST, also in/],
    ['reading methods', { methods: ['GET', 'HEAD'] }, /^This key may read all .* writer, also in a URL/],
    ['a rate', { rate: ' 600/minute ' }, /, at most 600\/minute, also in a URL\.$/],
    ['no address', { inUrl: false }, /, but not in a URL\.$/],
    ['no day', { end: 'date', date: '' }, / until … from/],
    ['a day that is over', { end: 'date', date: '2020-01-01' }, / until … from/],
    ['no end', { end: 'never' }, / without an end from/],
  ] as const)('never says more than what is chosen: %s', (_, part, expected) => {
    expect(said({ ...empty, ...part })).toMatch(expected);
  });

  it('is one of whole words in each language, the decided ones between the others', () => {
    const parts = sentenceParts(
      { draft: { ...empty, onlyRoles: true, onlyServices: true }, services, roles: [], policy },
      fr.newKey,
      formatFor('fr', ''),
    );
    expect(parts[1]).toBe('utiliser encore aucun service');
    expect(parts.length % 2).toBe(1);
    expect(parts.at(-1)).toBe('.');
  });
});

describe('the scopes that a purpose begins with', () => {
  const chosenFor = (purpose: Purpose, part: Partial<Draft> = {}) =>
    changed({ ...empty, ...part }, { purpose, ...presetOf(purpose, policy) }, services).scopes;

  it.each(['qgis', 'scripts', 'notebook', 'webmap', 'agent'] as const)('let %s read', (purpose) => {
    expect(chosenFor(purpose)).toEqual(['tiles:read']);
    expect(begun(draftFromLink(`for=${purpose}`, policy), services).scopes).toEqual(['tiles:read']);
  });

  it.each(['ci', 'other'] as const)('are none for %s', (purpose) => {
    expect(chosenFor(purpose)).toEqual([]);
  });

  it('are those of the services that are chosen, and follow them', () => {
    const all = changed(empty, { purpose: 'qgis' }, services);
    const scenes = changed(all, { onlyServices: true, services: ['scenes'] }, services);
    expect(scenes.scopes).toEqual([]);
    expect(changed(scenes, { services: ['scenes', 'tiles'] }, services).scopes).toEqual(['tiles:read']);
  });

  it('leave alone what the person, or a link, has chosen', () => {
    expect(chosenFor('qgis', { scopes: ['tiles:write'] })).toEqual(['tiles:write']);
    const none = changed(changed(empty, { purpose: 'qgis' }, services), { scopes: [] }, services);
    expect(changed(none, { onlyServices: true, services: ['tiles'] }, services).scopes).toEqual([]);
    const link = begun(draftFromLink('for=qgis&scope=x', policy), services);
    expect(link.scopes).toEqual(['x']);
  });
});
