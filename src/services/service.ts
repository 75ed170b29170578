import { flag, listOf, matching, oneOf, record, text, webAddress, wholeNumber } from './forms.js';

export const SERVICE_KINDS = [
  'files',
  'cog',
  'stac',
  'xyz',
  'wms',
  'wmts',
  'wcs',
  'geoserver',
  's3',
  'api',
] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** How a request may bring a key: as Bearer, as Basic, in a header of its own, in the query, in the path. */
export const SERVICE_CARRIERS = ['bearer', 'basic', 'header', 'query', 'path'] as const;
export type ServiceCarrier = (typeof SERVICE_CARRIERS)[number];

export interface ServiceScope {
  readonly name: string;
  readonly title: string;
  readonly readOnly: boolean;
}

/** An application that keys are for, as the catalogue describes it; null: it says nothing of that. */
export interface Service {
  readonly audience: string;
  readonly title: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly kind: ServiceKind | null;
  /** The preferred one first. */
  readonly carriers: readonly ServiceCarrier[] | null;
  readonly scopes: readonly ServiceScope[];
  /** It is offered to whoever holds one of them; null: to everybody. */
  readonly roles: readonly string[] | null;
  readonly docs: string | null;
  readonly tokenMaxSeconds: number | null;
  readonly sts: { readonly url: string; readonly roleArn: string | null } | null;
}

const LONGEST_NAME = 256;
const LONGEST_TITLE = 128;
const LONGEST_DESCRIPTION = 1000;
const MOST_SCOPES = 100;
const MOST_ROLES = 200;
const MOST_TOKEN_SECONDS = 300;
const MOST_SERVICES = 1000;

const scope = record<ServiceScope>({
  name: { form: text(LONGEST_NAME) },
  title: { form: text(LONGEST_TITLE) },
  readOnly: { form: flag, otherwise: false },
});

const sts = record<NonNullable<Service['sts']>>({
  url: { form: webAddress },
  roleArn: {
    form: matching(/^arn:[^\s\p{Cc}]{1,2044}$/u, 'a role such as arn:aws:iam::123456789012:role/reader'),
    otherwise: null,
  },
});

const service = record<Service>({
  audience: { form: text(LONGEST_NAME) },
  title: { form: text(LONGEST_TITLE) },
  description: { form: text(LONGEST_DESCRIPTION), otherwise: null },
  url: { form: webAddress, otherwise: null },
  kind: { form: oneOf(SERVICE_KINDS), otherwise: null },
  carriers: {
    form: listOf(oneOf(SERVICE_CARRIERS), { least: 1, most: SERVICE_CARRIERS.length }),
    otherwise: null,
  },
  scopes: { form: listOf(scope, { least: 0, most: MOST_SCOPES, distinct: 'name' }), otherwise: [] },
  roles: { form: listOf(text(LONGEST_NAME), { least: 1, most: MOST_ROLES }), otherwise: null },
  docs: { form: webAddress, otherwise: null },
  tokenMaxSeconds: { form: wholeNumber(1, MOST_TOKEN_SECONDS), otherwise: null },
  sts: { form: sts, otherwise: null },
});

/** The whole file. */
export const catalogue = record<{ readonly services: readonly Service[] }>({
  services: { form: listOf(service, { least: 0, most: MOST_SERVICES, distinct: 'audience' }) },
});
