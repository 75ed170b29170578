import type { Answer } from './admin-request.js';
import { isRecord } from './answers.js';

/** What the service account may read. */
export interface Abilities {
  /** One plain sentence for each right that is missing, the necessary one first. */
  readonly missing: readonly string[];
  /** Roles and their composites: reading many people at once. */
  readonly roles: boolean;
  /** The admin events are readable and recorded. */
  readonly events: boolean;
}

/** What was answered last to each question that the rights are told by. */
export interface Answers {
  users?: Answer;
  /** The account's own record. */
  itself?: Answer;
  roles?: Answer;
  events?: Answer;
  clients?: Answer;
}

/** Both sentences are logged, once each time; without the second neither is. */
export interface Right {
  readonly missing: string;
  readonly given?: string;
}

export const USERS: Right = {
  missing:
    'view-users is missing: nobody can be read, so no rights follow Keycloak. Give the service account that role of realm-management (query-users alone shows an empty list), and let the client keep "Full scope allowed".',
  given: 'view-users is given now.',
};
/** How much it costs depends on the number of owners: whoever reads them says so in the log. */
const ROLES: Right = {
  missing: 'view-realm is missing: every person is read one by one, which takes longer with many.',
};
const EVENTS: Right = {
  missing: 'view-events is missing: changes are seen at the next synchronisation, not within seconds.',
  given: 'view-events is given now.',
};
const EVENTS_OFF: Right = {
  missing:
    'Admin events are not recorded (Realm settings, Events): changes are seen at the next synchronisation, not within seconds.',
  given: 'Admin events are recorded now.',
};
const CLIENT: Right = {
  missing: 'view-clients is missing: roles of this client are not read, only those of the realm.',
  given: 'view-clients is given now.',
};

const isList = (answer: Answer | undefined): answer is Answer & { body: unknown[] } =>
  answer?.status === 200 && Array.isArray(answer.body);

/** Of our client within Keycloak; undefined: it may not be seen. */
export function uuidOf(clients: Answer | undefined): string | undefined {
  const first: unknown = isList(clients) ? clients.body[0] : undefined;
  return isRecord(first) && typeof first.id === 'string' ? first.id : undefined;
}

const isRecorded = (events: Answer | undefined): boolean =>
  isRecord(events?.body) && events.body.adminEventsEnabled === true;

export const abilitiesOf = (answers: Answers): Abilities => ({
  missing: missing(answers).map(({ missing: sentence }) => sentence),
  roles: isList(answers.roles),
  events: isRecorded(answers.events),
});

/** Of what was never answered it is not known whether it is missing. */
export function missing({ users, itself, roles, events, clients }: Answers): Right[] {
  const isEmpty = isList(users) && users.body.length === 0;
  const rights: [given: Answer | undefined, has: boolean, Right][] = [
    [isEmpty ? itself : users, isList(users) && (!isEmpty || itself?.status === 200), USERS],
    [roles, isList(roles), ROLES],
    [events, isRecorded(events), events?.status === 200 ? EVENTS_OFF : EVENTS],
    [clients, uuidOf(clients) !== undefined, CLIENT],
  ];
  return rights.filter(([given, has]) => given && !has).map(([, , right]) => right);
}
