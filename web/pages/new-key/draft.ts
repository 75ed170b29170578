import type { KeyRecord, OwnPolicy, WantedKey } from '../../api/types.js';

/** What is asked for, as it stands in the form. */
export interface Draft {
  readonly purpose: Purpose | '';
  readonly name: string;
  readonly description: string;
  /** Hours, 'date' or 'never'. */
  readonly end: string;
  /** Of `end: 'date'`: yyyy-mm-dd, the last day. */
  readonly date: string;
  readonly onlyServices: boolean;
  readonly services: readonly string[];
  /** Free audiences, a comma or a line between them. */
  readonly otherServices: string;
  readonly scopes: readonly string[];
  readonly otherScopes: string;
  readonly onlyRoles: boolean;
  readonly roles: readonly string[];
  /** One a line, or with commas. */
  readonly networks: string;
  readonly referers: string;
  /** null: any. */
  readonly methods: readonly string[] | null;
  readonly inUrl: boolean;
  readonly rate: string;
  readonly config: string;
}

export const PURPOSES = ['qgis', 'scripts', 'notebook', 'ci', 'webmap', 'agent', 'other'] as const;
export type Purpose = (typeof PURPOSES)[number];

type Preset = Pick<Draft, 'end' | 'inUrl' | 'methods' | 'rate'>;

const DAY = 24;
/** Where GET may be used, HEAD may. */
export const READING: readonly string[] = ['GET'];

/** What each purpose begins with; all of it is said in words beside it, and can be changed. */
const PRESETS: Readonly<Record<Exclude<Purpose, 'other'>, Preset>> = {
  qgis: { end: String(90 * DAY), inUrl: false, methods: null, rate: '' },
  scripts: { end: String(90 * DAY), inUrl: false, methods: null, rate: '' },
  // Notebooks are shared, and what is in them goes along.
  notebook: { end: String(30 * DAY), inUrl: false, methods: null, rate: '' },
  ci: { end: String(90 * DAY), inUrl: false, methods: null, rate: '' },
  // Whoever sees the map can read the key: it can do little, and is found out soon.
  webmap: { end: String(365 * DAY), inUrl: true, methods: READING, rate: '600/minute' },
  agent: { end: String(7 * DAY), inUrl: false, methods: READING, rate: '60/minute' },
};

/** @param policy what may not be asked for here is not preset */
export function presetOf(purpose: Purpose, { defaultTtlHours, maxTtlHours, keysInUrl }: OwnPolicy): Preset {
  const usual = { end: String(defaultTtlHours), inUrl: keysInUrl, methods: null, rate: '' };
  const preset = purpose === 'other' ? usual : PRESETS[purpose];
  const hours = Math.min(Number(preset.end), maxTtlHours ?? Infinity);
  return { ...preset, end: String(hours), inUrl: preset.inUrl && keysInUrl };
}

const emptyDraft = (policy: OwnPolicy): Draft => ({
  ...{ purpose: '', name: '', description: '', date: '' },
  ...{ onlyServices: false, services: [], otherServices: '', scopes: [], otherScopes: '' },
  ...{ onlyRoles: false, roles: [], networks: '', referers: '', config: '' },
  ...presetOf('other', policy),
});

/** What a link asks for; the person sees and decides all of it. */
export function draftFromLink(query: string, policy: OwnPolicy): Draft {
  const link = new URLSearchParams(query);
  const purpose = PURPOSES.find((known) => known === link.get('for'));
  const hours = Number(link.get('ttlHours'));
  const services = listIn(link.getAll('audience').join(','));
  return {
    ...emptyDraft(policy),
    ...(purpose && { purpose, ...presetOf(purpose, policy) }),
    ...(hours > 0 && { end: String(Math.min(hours, policy.maxTtlHours ?? Infinity)) }),
    name: (link.get('name') ?? '').slice(0, 128),
    description: (link.get('description') ?? '').slice(0, 255),
    onlyServices: services.length > 0,
    services,
    scopes: listIn(link.getAll('scope').join(',')),
  };
}

/** As long as it was meant to live, or may live here. */
function endLike(key: KeyRecord, policy: OwnPolicy): Partial<Draft> {
  if (key.neverExpires && policy.mayNeverExpire) return { end: 'never' };
  if (key.expiresAt === null) return {};
  const hours = Math.round((Date.parse(key.expiresAt) - Date.parse(key.createdAt)) / 3_600_000);
  return { end: String(Math.min(Math.max(1, hours), policy.maxTtlHours ?? Infinity)) };
}

/** Another key like this one. @param query of a link that may name one more service, and what it is for */
export function draftFromKey(key: KeyRecord, query: string, policy: OwnPolicy): Draft {
  const { audiences, roles, scopes, rights, config } = key;
  const link = new URLSearchParams(query);
  return {
    ...emptyDraft(policy),
    ...endLike(key, policy),
    purpose: PURPOSES.find((known) => known === link.get('for')) ?? 'other',
    name: key.name ?? '',
    description: key.description,
    onlyServices: audiences !== null,
    services: audiences ? [...new Set([...audiences, ...link.getAll('audience')])] : [],
    scopes: scopes ?? [],
    onlyRoles: roles !== null,
    roles: (roles ?? []).filter((role) => !rights.lost.includes(role)),
    ...limitsLike(key, policy),
    config: Object.keys(config).length ? JSON.stringify(config, null, 2) : '',
  };
}

const limitsLike = (key: KeyRecord, policy: OwnPolicy): Partial<Draft> => ({
  networks: (key.allowedIps ?? []).join('\n'),
  referers: (key.allowedReferers ?? []).join('\n'),
  methods: key.allowedMethods,
  inUrl: key.allowKeyInUrl && policy.keysInUrl,
  rate: key.rateLimit ?? '',
});

export const listIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;]+/)
      .map((part) => part.trim())
      .filter(Boolean),
  ),
];

/** Whether it is limited to methods that change nothing. */
export const onlyReads = ({ methods }: Draft): boolean =>
  methods !== null && methods.every((method) => method === 'GET' || method === 'HEAD');

/** The end of the last day, where the person is. */
export const endOfDay = (date: string): Date => new Date(`${date}T23:59:59`);

export const servicesIn = ({ onlyServices, services, otherServices }: Draft): string[] =>
  onlyServices ? [...new Set([...services, ...listIn(otherServices)])] : [];

export const scopesIn = ({ scopes, otherScopes }: Draft): string[] => [
  ...new Set([...scopes, ...listIn(otherScopes)]),
];

/** For the API. @param draft one in which nothing is wrong */
export function wantedKey(draft: Draft): WantedKey {
  const given = <T>(items: readonly T[]): T[] | undefined => (items.length ? [...items] : undefined);
  const { end, date, name, description, config, rate, methods } = draft;
  const lifetimes = { date: { expiresAt: endOfDay(date) }, never: { neverExpires: true } };
  const lifetime = lifetimes[end as keyof typeof lifetimes] ?? { ttlHours: Number(end) };
  return {
    ...(lifetime as Partial<WantedKey>),
    name: name.trim(),
    description: description.trim() || undefined,
    audiences: given(servicesIn(draft)),
    scopes: given(scopesIn(draft)),
    roles: draft.onlyRoles ? [...draft.roles] : undefined,
    allowedIps: given(listIn(draft.networks)),
    allowedReferers: given(listIn(draft.referers)),
    allowedMethods: methods ? [...methods] : undefined,
    allowKeyInUrl: draft.inUrl,
    rateLimit: rate.trim() || undefined,
    config: config.trim() ? (JSON.parse(config) as Record<string, unknown>) : undefined,
  };
}
