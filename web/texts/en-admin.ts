import { counterFor } from './plural.js';
import type { OtherAction } from './actions.js';
import type { AuditLine, Pass, SyncAction } from '../pages/admin/types.js';

const count = counterFor('en');

type ByName = Readonly<Record<string, string>>;

/** The pages of administrators. */
export const adminTexts = {
  title: 'Administration',
  parts: {
    label: 'Parts of the administration',
    overview: 'Overview',
    keys: 'Keys',
    people: 'People',
    audit: 'Audit',
    sync: 'Synchronisation',
    policies: 'Policies',
  },
  only: {
    title: 'This is for administrators',
    text: 'Your roles do not open it. Ask an administrator for the role.',
  },
  more: 'Show more',
  download: 'Download as CSV',
  erased: 'Erased person',

  overview: {
    lead: 'What everybody’s keys do.',
    live: 'Live keys',
    disabled: 'Switched off',
    expired: 'Expired',
    revoked: 'Revoked',
    people: 'People',
    enabled: (n: number) => `${count(n, 'is', 'are')} enabled`,
  },

  keys: {
    title: 'Keys of everybody',
    lead: 'Found by owner, service, end and use.',
    loading: 'Loading the keys…',
    owner: 'Owner',
    ownerHint: 'Login or id',
    shown: (n: number, isAll: boolean) =>
      isAll ? count(n, 'key', 'keys') : `${count(n, 'key', 'keys')} shown, and there are more`,
  },
  key: {
    back: 'All keys',
    gone: 'The address may be old or mistyped.',
    owner: 'Owner',
    disable: 'Switch off',
    enable: 'Switch on',
    revoke: 'Revoke for good',
    revokeTitle: (name: string) => `Revoke ${name} for good?`,
    revokeLead: 'It is refused everywhere within a second, and its owner cannot bring it back.',
    disableTitle: (name: string) => `Switch ${name} off?`,
    disableLead: 'It is refused until an administrator switches it on again.',
    reason: 'Reason',
    reasonHint: 'The owner reads it, and it stands in the audit.',
    revoked: 'The key is revoked for good.',
    disabled: 'The key is switched off.',
    enabled: 'The key is switched on.',
    uses: (accepted: number, refused: number) =>
      `${count(accepted, 'use', 'uses')} in all, ${count(refused, 'refusal', 'refusals')}`,
    lostRights: 'Roles that its owner has lost',
    roles: 'Roles of the key',
    allRoles: 'All of its owner’s',
    history: 'What was done to it',
    service: 'Service account',
  },

  people: {
    title: 'People',
    lead: 'Everybody who has ever logged in or had a key.',
    loading: 'Loading people…',
    search: 'Beginning of a login, name or id',
    columns: {
      person: 'Person',
      state: 'In the identity provider',
      roles: 'Roles',
      keys: 'Live keys',
      confirmed: 'Rights confirmed',
    },
    enabled: 'Enabled',
    disabled: 'Disabled',
    none: { title: 'Nobody matches', text: 'Try another beginning.' },
    noRoles: 'None',
    neverRead: 'Never',
    shown: (n: number, isAll: boolean) =>
      isAll ? count(n, 'person', 'people') : `${count(n, 'person', 'people')} shown, and there are more`,
  },
  person: {
    back: 'All people',
    id: 'Id',
    copyId: 'Copy the id',
    gone: { title: 'There is no such person', text: 'The address may be old or mistyped.' },
    since: (day: string) => `Known since ${day}`,
    rights: 'Rights now',
    roles: 'Roles',
    groups: 'Groups',
    none: 'None',
    confirmed: (when: string) => `Confirmed by the identity provider ${when}`,
    unconfirmed: 'Not confirmed by the identity provider yet',
    leaving: {
      title: 'What stops if this person leaves',
      lead: 'From the use of the last 30 days.',
      nothing: 'Nothing: no key was used in the last 30 days.',
      keys: 'Keys in use',
      services: 'Services',
      networks: 'Networks',
      uses: 'Uses a day',
      any: 'and perhaps others: a key is for all services',
      key: 'Key',
      accepted: '30 days',
      used: 'Last used',
    },
    keys: 'Keys',
    showKeys: 'Show the keys',
    showAudit: 'Show in the audit',
    revokeAll: 'Revoke all keys',
    revokeTitle: (name: string) => `Revoke all keys of ${name}?`,
    revokeLead: (n: number) =>
      `${count(n, 'key is', 'keys are')} revoked everywhere within a second, for good.`,
    revoked: (n: number) => `${count(n, 'key is', 'keys are')} revoked.`,
    erase: 'Erase',
    eraseTitle: (name: string) => `Erase ${name}?`,
    eraseLead:
      'All keys end for good, and login, name, roles, groups and attributes are forgotten. The audit keeps the id alone. Only a new login of that person brings the rest back.',
    eraseHint: 'It stands in the audit.',
    inUse: (n: number, uses: string) =>
      `In the last 30 days ${count(n, 'key was', 'keys were')} used, about ${uses} times a day.`,
    typeLogin: (login: string) => `Type ${login} to confirm`,
    erased: 'The person is erased.',
  },

  audit: {
    title: 'Audit',
    lead: 'Who did what, from what to what. Nothing can be changed or taken away here.',
    loading: 'Loading the audit…',
    action: 'What',
    anyAction: 'Anything',
    actor: 'Who',
    owner: 'Whose key',
    key: 'Key',
    idHint: 'Login or id of a person',
    keyHint: 'Id of a key',
    from: 'From',
    to: 'Until',
    clear: 'Clear filters',
    download: 'Download as NDJSON',
    none: { title: 'No line matches', text: 'Clear some filters.' },
    columns: { at: 'When', who: 'Who', what: 'What', whose: 'Whose', number: 'No.' },
    /** @param all how many there are, where that is known */
    shown: (n: number, isAll: boolean, all?: number) => {
      if (all !== undefined) return `${n} of ${count(all, 'line', 'lines')}`;
      return isAll ? count(n, 'line', 'lines') : `${count(n, 'line', 'lines')} shown, and there are more`;
    },
    chain: (rows: number) => `${count(rows, 'line', 'lines')}, each with the hash of the one before`,
    chainText: 'The database refuses to change or delete any. The proof is made by',
    last: 'Last hash',
    copy: 'Copy the hash',
    via: {
      session: 'logged in',
      token: 'by a token',
      administrator: 'as administrator',
      operator: 'by a command',
      program: 'by itself',
    } satisfies Readonly<Record<NonNullable<AuditLine['via']>, string>>,
    program: 'The server itself',
    operator: 'The operator',
    actions: {
      'keys.imported': 'Keys brought over',
      'owner.erased': 'Person erased',
      'owner.rights-changed': 'Rights changed',
      'sync.confirmMassChange': 'Mass change confirmed',
      'sync.now': 'Synchronisation asked for',
      'sync.pause': 'Synchronisation paused',
      'sync.resume': 'Synchronisation resumed',
    } satisfies Readonly<Record<OtherAction, string>>,
  },

  sync: {
    title: 'Synchronisation',
    lead: 'How the rights of keys follow the identity provider.',
    states: {
      done: 'In step',
      incomplete: 'Not everybody could be read',
      held: 'Held: too many would lose everything',
      paused: 'Paused',
      none: 'Not run yet',
    },
    sentence: {
      done: (when: string) => `Everybody was read ${when}.`,
      incomplete: (n: number) =>
        n === 0
          ? 'The identity provider did not answer.'
          : `${count(n, 'person', 'people')} could not be read and keep the rights last confirmed. They are tried again.`,
      held: (n: number) =>
        `${count(n, 'person', 'people')} would vanish or lose all rights, so nothing was written. If the identity provider is right, confirm it; if not, mend it there.`,
      paused: 'Nobody’s rights are read until it is resumed. Keys go on with the rights last confirmed.',
      none: 'The first pass is not over yet.',
    },
    now: 'Read everybody now',
    pause: 'Pause',
    resume: 'Resume',
    confirm: 'Confirm the change',
    pauseTitle: 'Pause the synchronisation?',
    pauseText: 'On all replicas: whoever is disabled meanwhile keeps working keys until it is resumed.',
    confirmTitle: 'Let the change take effect?',
    confirmText: (n: number) =>
      `Everybody is read again, and ${count(n, 'person', 'people')} may lose all rights at once. Their keys are refused then.`,
    done: {
      now: 'Everybody was read.',
      pause: 'Paused.',
      resume: 'Resumed.',
      confirmMassChange: 'The change takes effect.',
    } satisfies Readonly<Record<SyncAction, string>>,
    facts: {
      oldest: 'Oldest rights of anybody with live keys',
      success: 'Last complete pass',
      interval: 'Everybody is read every',
      feed: 'Changes are seen',
      feedOn: 'within seconds, by events',
      feedOff: 'at the next pass',
      leader: 'Done by',
      calls: 'Requests to the identity provider since the start of the server',
      failed: (failed: number) => `${count(failed, 'failed', 'failed')}`,
      off: 'Never: it is off',
      nobody: 'Nobody yet',
    },
    missing: {
      title: 'What the service account may not do',
      lead: 'Each with what it costs, and how it is given.',
      none: 'The service account may do everything that it needs.',
      click: 'In the console of the identity provider:',
      role: (role: string) =>
        `Clients → this service’s client → Service account roles → Assign role → Filter by clients → realm-management ${role} → Assign`,
      events: 'Realm settings → Events → Admin events settings → Save events: on → Save',
      costs: {
        'view-users': 'Nobody can be read: no rights follow the identity provider.',
        'view-realm': 'Every person is read one by one, which takes longer with many.',
        'view-events': 'Changes are seen at the next pass, not within seconds.',
        'view-clients': 'Roles of this client are not read, only those of the realm.',
        events: 'Admin events are not recorded: changes are seen at the next pass, not within seconds.',
      } as ByName,
    },
    passes: {
      title: 'Last passes',
      columns: {
        at: 'When',
        outcome: 'Outcome',
        took: 'Took',
        people: 'People',
        changed: 'Changed',
        mode: 'How',
      },
      none: 'None yet.',
      modes: { each: 'one by one', lists: 'by lists', events: 'by events' } satisfies Readonly<
        Record<Pass['mode'], string>
      >,
      people: (confirmed: number, owners: number) => `${confirmed} of ${owners}`,
      outcomes: { done: 'Done', incomplete: 'Incomplete', held: 'Held' } satisfies Readonly<
        Record<Pass['outcome'], string>
      >,
      milliseconds: (n: number) => `${n} ms`,
      seconds: (n: number) => `${n.toFixed(1)} s`,
    },
  },

  policies: {
    title: 'Policies in force',
    lead: 'What holds here for everybody, each with the setting that makes it. They are read at the start of the server.',
    columns: { policy: 'Policy', value: 'Value', setting: 'Setting' },
    none: 'None',
    rate: (limit: string, period: string) => `${limit} in ${period}`,
    /** Where the name of the API tells the unit, which stands in the value here. */
    names: {
      APIKM_DEFAULT_APIKEY_TTL_HOUR: 'Default lifetime of a key',
      APIKM_MAX_APIKEY_TTL_HOUR: 'Longest lifetime of a key',
      APIKM_KEYCLOAK_SYNC_FREQ: 'Interval of synchronisation',
      APIKM_SYNC_MAX_STALENESS: 'Unconfirmed rights stay valid for',
      APIKM_USAGE_RETENTION_DAYS: 'Counts of use are kept for',
      APIKM_UNUSED_DISABLE_DAYS: 'Unused keys are switched off after',
    } as ByName,
    values: {
      'APIKM_NEVER_EXPIRES=all': 'Everybody',
      'APIKM_NEVER_EXPIRES=none': 'Nobody',
      'APIKM_RATE_LIMIT_COUNTS=failures': 'Refused ones alone',
      'APIKM_RATE_LIMIT_COUNTS=all': 'Accepted ones, too',
    } as ByName,
  },
};
