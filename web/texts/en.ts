import { adminTexts } from './en-admin.js';
import { keyTexts } from './en-key.js';
import { PROBLEMS_EN } from './en-problems.js';
import { REFUSALS_EN } from './en-refusals.js';
import { part } from './parts.js';
import type { Problem } from '../api/call.js';
import type { IconName } from '../ui/icons.js';

interface Point {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}

/** What is decided about a key, each in words; undefined: nothing. */
export interface SentenceFacts {
  readonly reads: boolean;
  /** '': none yet. */
  readonly services: string | undefined;
  /** '': none of those that there are. */
  readonly scopes: string | undefined;
  readonly until: string | undefined;
  readonly networks: string | undefined;
  readonly pages: string | undefined;
  /** '': none yet. */
  readonly roles: string | undefined;
  /** undefined: any, or those that only read. */
  readonly methods: string | undefined;
  readonly rate: string | undefined;
  readonly inUrl: boolean;
}

const count = (n: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en').format(n)} ${n === 1 ? one : many}`;
const list = (items: readonly string[]): string => new Intl.ListFormat('en').format(items);

export const en = {
  justNow: 'just now',
  key: keyTexts,
  admin: adminTexts,

  common: {
    optional: '(optional)',
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Copying did not work',
    tryAgain: 'Try again',
    loading: 'Loading…',
    chartKeys: 'The arrow keys go from bar to bar.',
  },

  problem: ({ code, detail }: Problem): string =>
    PROBLEMS_EN[code] ??
    (detail || 'That did not work. Try again, and tell the operator if it keeps happening.'),

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
        title: 'Full transparency',
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
      disabled: 'Switched off',
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
    used: { any: 'Any time', week: 'In the last 7 days', idle: 'Not for 30 days', unused: 'Not for 90 days' },
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
    hint: 'Its first characters, after the prefix',
    unnamed: 'Without a name',
    allServices: 'All services',
    moreServices: (n: number) => `and ${n} more`,
    neverUsed: 'Never',
    noEnd: 'Never',
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
    undo: 'Undo',
    disabled: (name: string) => `${name} is switched off. It is refused until you switch it on again.`,
    enabled: (name: string) => `${name} is switched on again.`,
    state: {
      live: 'Live',
      forever: 'Live, no end',
      ends: (when: string) => `Ends ${when}`,
      overlap: (when: string) => `Replaced, ends ${when}`,
      overlapOver: 'Replaced, overlap over',
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
        `${n} of the keys shown here ${n === 1 ? 'has' : 'have'} fewer rights than when ${n === 1 ? 'it was' : 'they were'} made, for you have lost roles.`,
      usedAfterEnd: (name: string) =>
        `${name} was replaced and has ended, but something still uses it: a place was forgotten.`,
      manyUsedAfterEnd: (n: number) =>
        `${n} of the keys shown here were replaced and have ended, but something still uses them: places were forgotten.`,
      show: 'Show',
      which: 'Which ones',
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
      text: 'Try other words, or clear the filters.',
    },
  },

  newKey: {
    title: 'New key',
    purpose: 'What is it for?',
    purposes: {
      qgis: {
        name: 'QGIS',
        says: 'Good for 90 days, and kept in QGIS’s own store of passwords: not in the URL of a layer.',
      },
      scripts: {
        name: 'GDAL and scripts',
        says: 'Good for 90 days, sent in a header: it stays out of URLs, which end up in logs.',
      },
      notebook: {
        name: 'Notebook',
        says: 'Good for 30 days only, for notebooks are passed on and a key in one goes along.',
      },
      ci: {
        name: 'Continuous integration',
        says: 'Good for 90 days, sent in a header. Keep it among the secrets of your pipeline, and add the network of its runners below if you know it.',
      },
      webmap: {
        name: 'A web map',
        says: 'Whoever looks at the map can read the key. So it only reads, at most 600 times a minute, for a year; it may stand in URLs. Say below which pages may use it, and choose the one service that it needs.',
      },
      agent: {
        name: 'An agent',
        says: 'Good for 7 days, reads only, at most 60 times a minute: an agent does what it reads somewhere.',
      },
      other: { name: 'Something else', says: 'Nothing is preset but the usual end.' },
    },
    reads: 'The scopes with which services let it read are chosen below.',
    name: {
      label: 'Name',
      hint: 'By which you will know it again: the tool and the machine.',
      examples: {
        qgis: 'QGIS on my laptop',
        scripts: 'nightly download on vm-17',
        notebook: 'flood analysis notebook',
        ci: 'tests of the atlas project',
        webmap: 'map on our front page',
        agent: 'scene finder',
        other: 'my laptop',
      },
    },
    description: { label: 'Description', hint: 'What somebody should know who finds it in a year.' },
    end: {
      label: 'How long is it good?',
      max: (duration: string) => `At most ${duration} are allowed here.`,
      date: 'Until a day',
      dateHint: 'from a calendar',
      day: 'Last day',
      never: 'No end',
      neverHint: 'until you revoke it',
    },
    reach: 'What may it do?',
    services: {
      label: 'Services',
      all: 'All services, also those to come',
      some: 'Only these:',
      others: 'Others, by the name that they ask with',
      free: 'Services, by the name that they ask with',
      freeHint: 'Several with commas between them, such as tiles, stac.',
      unknown: 'Not in the catalogue',
      enforced: 'A service that says which one it is refuses keys made for others.',
    },
    scopes: {
      label: 'In these services',
      readOnly: 'Only reading',
      reads: (service: string) => `${service}, reads only`,
      enforced: 'Each service asks for what it needs. Nothing chosen: what needs one of these is refused.',
    },
    roles: {
      label: 'Your roles',
      all: 'All of mine',
      allHint: 'Also those that you get later.',
      some: 'Only these:',
      search: 'Search roles',
      chosen: (n: number, all: number) => `${n} of ${count(all, 'role', 'roles')} chosen`,
      enforced: 'A key never has a role that you do not have yourself: what you lose, it loses.',
    },
    limits: {
      title: 'Limits',
      none: 'From where, how often, in URLs, configuration',
      set: (names: readonly string[]) => `${count(names.length, 'limit', 'limits')} set: ${names.join(', ')}`,
      names: {
        networks: 'networks',
        referers: 'pages',
        readingOnly: 'only reading',
        methods: 'methods',
        notInUrl: 'not in a URL',
        rate: 'how often',
        config: 'configuration',
      },
      networks: 'Only from these networks',
      networksEnforced:
        'A gateway in front of the service tells us where a request comes from. Where none does, the key is refused.',
      addOwn: (address: string) => `Add my own now: ${address}`,
      referers: 'Only on these pages',
      referersEnforced:
        'Browsers tell the page’s host, as host or *.host. Programs such as GDAL and QGIS do not, and are refused.',
      methods: 'Only reading (GET and HEAD)',
      onlyMethods: (methods: string) => `Only the methods ${methods}`,
      methodsEnforced: 'A gateway tells us the method. Where none does, the key is refused.',
      inUrl: 'May stand in a URL',
      inUrlEnforced:
        'Held everywhere. URLs end up in logs and histories: leave it off unless a tool can do nothing else.',
      inUrlForbidden: 'Not allowed here: a key in a URL is refused.',
      rate: 'How often',
      rateEnforced:
        'Held everywhere; replicas of this server count together where they share a Redis. What is beyond is refused until the period is over.',
      config: 'Configuration (JSON)',
      configEnforced:
        'Nobody holds the key to it: services get it with each request and do with it what they do.',
      configGood: 'Good JSON',
    },
    summary: 'What this key may do',
    sentence: ({
      scopes,
      until,
      networks,
      pages,
      roles,
      methods,
      rate,
      ...facts
    }: SentenceFacts): string[] => [
      'This key may ',
      `${facts.reads ? 'read' : 'use'} ${(facts.services ?? 'all services') || 'no service yet'}`,
      ...part(', with the scopes ', scopes, [', but ', 'nothing that asks for a scope']),
      (scopes === undefined ? '' : ',') + (until === undefined ? ' ' : ' until '),
      until ?? 'without an end',
      ' from ',
      networks ?? 'any network',
      ...part(' on pages of ', pages),
      ...part(', as ', roles, [', with ', 'no role yet']),
      ...part(', only with ', methods),
      ...part(', at most ', rate),
      ...(facts.inUrl ? [', also ', 'in a URL'] : [', but ', 'not in a URL']),
      '.',
    ],
    make: 'Make the key',
    making: 'Making it…',
    once: 'It is shown once, on the next page.',
    fromLink: 'A link has filled in some of this. Look at it before you make the key: the decision is yours.',
    restored: 'What you typed before is still here.',
    startOver: 'Start over',
    errors: {
      name: 'Give it a name, so that you know it again.',
      noDate: 'Choose the last day.',
      past: 'This day is over. Choose a later one.',
      tooLate: 'That is longer than allowed here. Choose an earlier day.',
      services: 'Choose one service at least, or all of them.',
      roles: 'Choose one role at least, or all of yours.',
      network: (text: string) => `“${text}” is no address and no network such as 10.0.0.0/8.`,
      referer: (text: string) => `“${text}” is no host such as www.example.org or *.example.org.`,
      rate: 'Write a number and a period, such as 100/minute.',
      configJson: (line: number | undefined) =>
        line === undefined ? 'This is no JSON yet.' : `This is no JSON yet: look at line ${line}.`,
      configObject: 'It has to be an object: { … }.',
      configSize: 'It is larger than 8 KiB.',
      configDepth: 'It is nested more than 8 deep.',
      configNumber: 'A number in it is beyond 2^53 and would lose digits: write it as text.',
      configCharacter: 'It holds a character that cannot be stored: NUL, or half a surrogate pair.',
    },
  },

  once: {
    title: 'Your new key',
    lead: (name: string) => `“${name}” is ready. Copy it now: it is shown this once.`,
    key: 'The key',
    hidden: 'The key, hidden',
    show: 'Show the key',
    hide: 'Hide the key',
    copy: 'Copy the key',
    copyWithKey: 'Copy with the key',
    note: 'Nobody can show it to you again, not even an administrator. If it gets lost, rotate it.',
    copiedNote: 'Copied. Paste it where it belongs; here it is gone when you leave.',
    snippets: 'Use it',
    service: 'Service',
    tools: 'Tools',
    done: 'Done',
    details: 'Details of the key',
    ask: {
      title: 'You have not copied the key',
      text: 'When you leave, it is gone for good, and you would have to make another one.',
      stay: 'Stay here',
      leave: 'Leave without it',
    },
    old: {
      goesOn: (name: string, when: string) =>
        `The old key “${name}” goes on until ${when}: put the new one everywhere before that.`,
      isOver: 'The old key is refused from now on.',
    },
    gone: 'The key is not here any more',
    goneText:
      'A key is shown once and kept nowhere. If you did not copy it, rotate it: you get another one with the same limits.',
  },

  first: {
    waiting: 'Waiting for the first use…',
    waitingText:
      'Paste the lines below into a terminal, or the key into your tool. Here you see at once whether it worked.',
    waitingLong:
      'Nothing has come yet. A key that is cut off, or dots in its place, are not recognised: copy by the buttons.',
    used: (agent: string | null, network: string | null) =>
      `Used just now${agent ? ` by ${agent}` : ''}${network ? ` from ${network}` : ''}`,
    usedText: 'It works.',
    refused: (agent: string | null, network: string | null) =>
      `Refused just now${agent ? `, asked by ${agent}` : ''}${network ? ` from ${network}` : ''}`,
    edit: 'Change its limits',
    another: 'Make another key',
  },

  refusals: REFUSALS_EN,
};
