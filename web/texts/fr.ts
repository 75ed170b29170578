import { adminTexts } from './fr-admin.js';
import { keyTexts } from './fr-key.js';
import type { Texts } from './texts.js';
import type { Problem } from '../api/call.js';
import type { IconName } from '../ui/icons.js';

interface Point {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}

const count = (n: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en').format(n)} ${n === 1 ? one : many}`;
const list = (items: readonly string[]): string => new Intl.ListFormat('en').format(items);

/** What a refusal of the API means to a person; the server's own sentence where none stands here. */
const PROBLEMS: Readonly<Record<string, string>> = {
  NO_ANSWER: 'The server did not answer. Check your connection and try again.',
  UNEXPECTED: 'Something went wrong in this page. Load it anew, and tell the operator if it stays so.',
  NOT_AUTHENTICATED: 'You are not logged in.',
  OWNER_DISABLED: 'Your account is disabled at the identity provider. Ask whoever looks after the accounts.',
  IDENTITY_PROVIDER_UNAVAILABLE:
    'The identity provider cannot be reached at the moment, so your rights cannot be confirmed. Try again in a moment.',
  DATABASE_UNAVAILABLE: 'The service is busy with an outage of its database. Try again in a moment.',
  KEY_NOT_FOUND: 'There is no such key, or it is not yours.',
  FORBIDDEN: 'You do not have the rights for this.',
  INTERNAL: 'Something went wrong at the server. Try again, and tell the operator if it stays so.',
  TOO_MANY_KEYS: 'You have as many live keys as you may have here. Revoke one that you do not need.',
  RATE_LIMITED: 'You made many keys in a short time. Wait a minute and try again.',
};

export const fr: Texts = {
  common: {
    optional: '(optional)',
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Copying did not work',
    tryAgain: 'Try again',
    loading: 'Loading…',
    chartKeys: 'Les flèches vont de barre en barre.',
    back: 'Back',
    all: 'All',
    never: 'Never',
    save: 'Save',
    remove: (name: string) => `Remove ${name}`,
  },

  problem: ({ code, detail }: Problem): string =>
    PROBLEMS[code] ?? (detail || 'That did not work. Try again, and tell the operator if it stays so.'),

  layout: {
    skip: 'Skip to the content',
    navigation: 'Pages',
    keys: 'My keys',
    admin: 'Administration',
    docs: 'API documentation',
    language: 'Language',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    account: (name: string) => `Account of ${name}`,
    roles: (roles: readonly string[]) => `Roles: ${list(roles)}`,
    noRoles: 'No roles',
    logOut: 'Log out',
    logOutFailed: 'Logging out did not work. Try again.',
  },

  welcome: {
    lead: 'API keys for your tools: make one, paste it, and see what it does.',
    logIn: 'Log in',
    again: 'Try again',
    points: [
      {
        icon: 'terminal',
        title: 'Made for your tools',
        text: 'Lines for QGIS, GDAL, Python and R with the key already in them.',
      },
      {
        icon: 'shield',
        title: 'As little as you need',
        text: 'A key for one service, one network, one week, with some of your rights.',
      },
      {
        icon: 'eye',
        title: 'Nothing in the dark',
        text: 'See who uses a key and from where, and why it was refused.',
      },
    ] as readonly Point[],
  },

  loginEnded: {
    title: 'Your login has ended',
    disabled: 'Your account is disabled',
    text: 'Nothing that you typed is lost: log in again and you are back here.',
    again: 'Log in again',
  },

  notFound: {
    title: 'There is no such page',
    text: 'The address may be old or mistyped.',
    home: 'To my keys',
  },

  keys: {
    title: 'My keys',
    lead: 'What your scripts, maps and tools use in your name.',
    create: 'New key',
    loading: 'Loading your keys…',
    cards: {
      label: 'Keys by state',
      live: 'Live',
      soon: 'End within 14 days',
      revoked: 'Revoked',
      expired: 'Expired',
    },
    search: 'Search names and descriptions',
    filters: 'Filters',
    clear: 'Clear filters',
    filter: {
      status: 'State',
      service: 'Service',
      created: 'Created',
      ends: 'Ends',
      used: 'Last used',
      sort: 'Sorted by',
    },
    statuses: {
      any: 'Any state',
      live: 'Live',
      disabled: 'Switched off',
      expired: 'Expired',
      revoked: 'Revoked',
    },
    anyService: 'Any service',
    created: { any: 'Any time', week: 'Last 7 days', month: 'Last 30 days', year: 'Last year' },
    ends: { any: 'Any end', soon: 'Within 14 days', month: 'Within 30 days', never: 'Never' },
    used: { any: 'Whenever', week: 'In the last 7 days', idle: 'Not for 30 days', unused: 'Not for 90 days' },
    sorts: {
      expires: 'Soonest end',
      '-lastUsed': 'Last used',
      '-created': 'Newest',
      name: 'Name',
    },
    columns: {
      key: 'Key',
      state: 'State',
      services: 'Services',
      ends: 'Ends',
      used: 'Last used',
      trend: '30 days',
      more: 'Actions',
    },
    unnamed: 'Without a name',
    allServices: 'All services',
    moreServices: (n: number) => `and ${n} more`,
    neverUsed: 'Never',
    noEnd: 'Never',
    number: (n: number) => count(n, 'key', 'keys'),
    shown: (shown: number, all: number) => `${shown} of ${count(all, 'key', 'keys')}`,
    more: 'Show more',
    trend: (days: number, accepted: number, refused: number) =>
      accepted + refused === 0
        ? `Not used in ${days} days`
        : `In ${days} days: ${count(accepted, 'use', 'uses')}, ${count(refused, 'refusal', 'refusals')}`,
    menu: {
      of: (name: string) => `Actions for ${name}`,
      details: 'Details',
      duplicate: 'Duplicate',
      rotate: 'Rotate',
      disable: 'Switch off',
      enable: 'Switch on',
      revoke: 'Revoke',
    },
    disabled: (name: string) => `${name} is switched off. It is refused until you switch it on again.`,
    enabled: (name: string) => `${name} is switched on again.`,
    state: {
      live: 'Live',
      forever: 'Live, no end',
      ends: (when: string) => `Ends ${when}`,
      overlap: (when: string) => `Replaced, ends ${when}`,
      overlapOver: 'Used up its overlap',
      expired: (when: string) => `Expired ${when}`,
      disabled: 'Switched off',
      disabledBy: {
        owner: 'Switched off',
        admin: 'Switched off by an administrator',
        unused: 'Switched off, long unused',
      } as Readonly<Record<string, string>>,
      revokedBy: {
        owner: 'Revoked',
        admin: 'Revoked by an administrator',
        leak: 'Revoked, found in the open',
        rotation: 'Replaced at once',
      } as Readonly<Record<string, string>>,
      lost: (roles: readonly string[]) =>
        `Owner lost ${roles.length === 1 ? 'role' : 'roles'} ${list(roles)}`,
      usedAfterEnd: 'Still used after its end',
    },
    notices: {
      lost: (n: number) =>
        `${count(n, 'key has', 'keys have')} fewer rights than when ${n === 1 ? 'it was' : 'they were'} made, for you have lost roles.`,
      usedAfterEnd: (name: string) =>
        `${name} was replaced and has ended, but something still uses it: a place was forgotten.`,
      show: 'Show',
    },
    empty: {
      title: 'You have no keys yet',
      text: 'A key is a password that you make for one tool, so that your own never leaves you. It can do what you allow it, for as long as you allow it, and you can end it at any time.',
      connect: 'Or begin with a tool:',
      qgis: 'Connect QGIS',
      gdal: 'Connect GDAL',
      python: 'Connect Python',
    },
    none: {
      title: 'No key matches',
      text: 'Try other words, or take the filters away.',
    },
  },

  key: keyTexts,
  admin: adminTexts,
};
