import type { Kind, ServiceForSnippets } from './access.js';

/** What a tool wants an address of. */
export type Target = 'file' | 'catalogue' | 'tiles' | 'maps' | 'capabilities' | 'service';

const EXAMPLE_HOST = 'data.example.org';
const EXAMPLE_FILE = 'path/to/file.tif';
const EXAMPLES: Readonly<Record<Target, string>> = {
  file: EXAMPLE_FILE,
  catalogue: 'path/to/stac/',
  tiles: 'path/to/{z}/{x}/{y}.png',
  maps: 'path/to/ows',
  capabilities: 'path/to/ows',
  service: 'path/to/api/',
};

export interface Address {
  readonly url: string;
  /** The parts of it that are examples, for a person to replace. */
  readonly examples: readonly string[];
}

/** The service's own address where the catalogue has one; a file in it where it names none. */
export function addressOf(target: Target, service: ServiceForSnippets | null): Address {
  const url = service?.url?.trim();
  if (!url || !URL.canParse(url)) {
    const path = EXAMPLES[target];
    return { url: `https://${EXAMPLE_HOST}/${path}`, examples: [EXAMPLE_HOST, path] };
  }
  if (target === 'file' && !namesFile(url))
    return { url: below(url, EXAMPLE_FILE), examples: [EXAMPLE_FILE] };
  return { url: ADDRESSES[target](url, service!.kind), examples: [] };
}

const asItIs = (url: string): string => url;
const ADDRESSES: Readonly<Record<Target, (url: string, kind: Kind | null) => string>> = {
  file: asItIs,
  catalogue: asItIs,
  tiles: asItIs,
  service: asItIs,
  maps: mapsOf,
  capabilities: (url, kind) => asking(mapsOf(url, kind), MAP_PROTOCOLS[kind ?? 'wms'] ?? 'WMS'),
};

const MAP_PROTOCOLS: Readonly<Partial<Record<Kind, string>>> = { wmts: 'WMTS', wcs: 'WCS' };

/** @returns the question what the service has, unless the address is one already */
function asking(url: string, protocol: string): string {
  if (/[?&]request=|\.xml$/i.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}service=${protocol}&request=GetCapabilities`;
}

/** A GeoServer's address may be that of its pages. */
function mapsOf(url: string, kind: Kind | null): string {
  const isService = kind !== 'geoserver' || /\/(?:ows|wms|wfs|wcs|gwc\/.*)$/i.test(new URL(url).pathname);
  return isService ? url : below(url, 'ows');
}

const namesFile = (url: string): boolean => /\.[a-z]\w{1,4}$/i.test(new URL(url).pathname);

function below(url: string, path: string): string {
  const [, before = '', after = ''] = /^([^?#]*)(.*)$/s.exec(url)!;
  return `${before.replace(/\/$/, '')}/${path}${after}`;
}

/** As a program may ask for it: the first tile for `{z}/{x}/{y}`, and none of the brackets that curl fills in. */
export function requestable(url: string): string {
  const { href, origin } = new URL(url.replace(/\{-?[zxy]\}/gi, '0').replace(/\{s\}/gi, 'a'));
  return origin + href.slice(origin.length).replace(/[{}[\]]/g, inPercent);
}

const inPercent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
