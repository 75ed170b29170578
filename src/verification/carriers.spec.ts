import { describe, expect, it } from 'vitest';
import { mintKey } from '../api-keys/key-material.js';
import { presentedKey } from './carriers.js';

const KEY = mintKey('akm').secret;
const OTHER = mintKey('akm').secret;
const UUID = 'c6aca769-42c4-4ffc-8550-eff8cdb7949b';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const basicOfUrls = (text: string) => `Basic ${Buffer.from(text).toString('base64url')}`;
const NAMES = {
  prefixes: ['akm', 'old'],
  headers: ['x-api-key', 'apikey'],
  queries: ['api-key', 'access_token'],
};
const present = (headers: Record<string, string[]>, query = '', pathKey?: string) =>
  presentedKey({ headers, urls: [{ query, pathKey }] }, NAMES);
const key = (secret: string, carrier: string, inUrl = false) => ({ kind: 'key', secret, carrier, inUrl });

describe('the carriers of a key', () => {
  it.each([
    ['x-api-key', { 'x-api-key': [KEY] }, key(KEY, 'header')],
    ['Bearer', { authorization: [`Bearer ${KEY}`] }, key(KEY, 'bearer')],
    ['bearer in lower case', { authorization: [`bearer ${UUID}`] }, key(UUID, 'bearer')],
    ['Basic, as password', { authorization: [basic(`anyone:${KEY}`)] }, key(KEY, 'basic')],
    ['Basic, as user name', { authorization: [basic(`${KEY}:`)] }, key(KEY, 'basic')],
    ['Basic, as user name beside a filler', { authorization: [basic(`${KEY}:x`)] }, key(KEY, 'basic')],
    ['Basic beside a name in another script', { authorization: [basic(`Zoë 名:${KEY}`)] }, key(KEY, 'basic')],
    ['Basic in the alphabet of URLs', { authorization: [basicOfUrls(`??>>ÿÿ:${KEY}`)] }, key(KEY, 'basic')],
    ['Basic that is no base64', { authorization: ['Basic §§§§'] }, { kind: 'none' }],
    ['a wrong text in Bearer, alone', { authorization: ['Bearer wrong'] }, key('wrong', 'bearer')],
    ['the same key twice', { 'x-api-key': [KEY], authorization: [`Bearer ${KEY}`] }, key(KEY, 'header')],
    [
      'a foreign Authorization beside a key',
      { 'x-api-key': [KEY], authorization: ['Bearer wrong'] },
      key(KEY, 'header'),
    ],
    ['a JWT', { authorization: ['Bearer eyJhbGciOiJub25lIn0.e30.'] }, { kind: 'none' }],
    ['an empty header', { 'x-api-key': [''] }, { kind: 'none' }],
    ['nothing', {}, { kind: 'none' }],
    ['two keys in one carrier', { 'x-api-key': [KEY, OTHER] }, { kind: 'ambiguous' }],
    [
      'two keys in two carriers',
      { 'x-api-key': [KEY], authorization: [`Bearer ${OTHER}`] },
      { kind: 'ambiguous' },
    ],
  ])('reads %s', (_, headers, expected) => {
    expect(present(headers as Record<string, string[]>)).toEqual(expected);
  });

  it.each([
    ['the query', `api-key=${KEY}`, undefined, key(KEY, 'query', true)],
    ['an empty query', 'api-key=', undefined, { kind: 'none' }],
    ['the query twice, equal', `api-key=${KEY}&api-key=${KEY}`, undefined, key(KEY, 'query', true)],
    ['the query twice, different', `api-key=${KEY}&api-key=${OTHER}`, undefined, { kind: 'ambiguous' }],
    ['the path', '', KEY, key(KEY, 'path', true)],
    ['another key in query and path', `api-key=${OTHER}`, KEY, { kind: 'ambiguous' }],
  ])('reads %s', (_, query, pathKey, expected) => {
    expect(present({}, query, pathKey)).toEqual(expected);
  });

  it('counts a key as in the URL when it also stands in a header', () => {
    expect(present({ 'x-api-key': [KEY] }, `api-key=${KEY}`)).toEqual(key(KEY, 'header', true));
  });
});
