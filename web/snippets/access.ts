export type Carrier = 'bearer' | 'basic' | 'header' | 'query' | 'path';
export type Kind = 'files' | 'cog' | 'stac' | 'xyz' | 'wms' | 'wmts' | 'wcs' | 'geoserver' | 's3' | 'api';

/** What the catalogue says of the service that a key is for. */
export interface ServiceForSnippets {
  /** What its gateway asks about. */
  readonly audience?: string;
  readonly title: string;
  readonly url: string | null;
  readonly kind: Kind | null;
  readonly carriers: readonly Carrier[] | null;
}

/** What this deployment calls things. */
export interface DeploymentNames {
  /** The header and the query parameter that keys are taken from, the first of each. */
  readonly header: string;
  readonly query: string;
  /** Where the manager answers whether a key is good: …/v1/verify */
  readonly verifyUrl: string;
}

/** Bearer and a header of its own are both a header to a tool; a key in query or path is an address. */
export type Way = 'header' | 'basic' | 'url';
const WAYS: Readonly<Record<Carrier, Way>> = {
  bearer: 'header',
  basic: 'basic',
  header: 'header',
  query: 'url',
  path: 'url',
};
export const wayOf = (carrier: Carrier): Way => WAYS[carrier];

/** Tools drop Authorization where a redirect leads to another host; other headers go along; addresses are logged. */
const RISK: Readonly<Record<Carrier, number>> = { bearer: 0, basic: 0, header: 1, query: 2, path: 2 };
const USUAL: readonly Carrier[] = ['bearer', 'basic', 'header'];

/** How the service takes a key, the safest first, and else in the order of the catalogue. */
export const carriersOf = (service: ServiceForSnippets | null): readonly Carrier[] =>
  [...(service?.carriers ?? USUAL)].sort((a, b) => RISK[a] - RISK[b]);

/** Any name will do beside a key as the password, and QGIS wants one. */
export const USER = 'apikey';

export interface KeyHeader {
  readonly name: string;
  /** In front of the key: `Bearer `, or nothing. */
  readonly scheme: string;
  readonly value: string;
}

export function headerFor(carrier: Carrier, key: string, names: DeploymentNames): KeyHeader {
  if (carrier === 'basic')
    return { name: 'Authorization', scheme: 'Basic ', value: `Basic ${btoa(`${USER}:${key}`)}` };
  if (carrier === 'bearer') return { name: 'Authorization', scheme: 'Bearer ', value: `Bearer ${key}` };
  return { name: names.header, scheme: '', value: key };
}

/** The address with the key in it, where that is how it is carried. Places such as `{z}` stay as they are. */
export function addressWithKey(url: string, carrier: Carrier, key: string, names: DeploymentNames): string {
  if (carrier === 'path') return url.replace(/^(https?:\/\/[^/?#]+)/i, `$1/k/${key}`);
  if (carrier !== 'query') return url;
  const [, address = '', fragment = ''] = /^([^#]*)(.*)$/s.exec(url)!;
  return `${address}${address.includes('?') ? '&' : '?'}${encodeURIComponent(names.query)}=${key}${fragment}`;
}
