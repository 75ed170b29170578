import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../platform/clock.js';

export interface DemoPerson {
  readonly id: string;
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  enabled: boolean;
  roles: string[];
}

/** Every role that the page offers. */
export const ROLES = ['reader', 'writer', 'apikm-admin'];

const DEMO: readonly DemoPerson[] = [
  {
    id: '11111111-1111-4111-8111-111111111111',
    login: 'alice',
    firstName: 'Alice',
    lastName: 'Test',
    groups: ['/org/team-a/squad-1'],
    attributes: { plan: ['gold'], projects: ['p1', 'p2'] },
    enabled: true,
    roles: ['reader', 'writer'],
  },
  {
    id: '22222222-2222-4222-8222-222222222222',
    login: 'bob',
    firstName: 'Bob',
    lastName: 'Test',
    groups: ['/org'],
    attributes: { plan: ['free'] },
    enabled: true,
    roles: ['reader'],
  },
  {
    id: '44444444-4444-4444-8444-444444444444',
    login: 'admin',
    firstName: 'Root',
    lastName: 'Test',
    groups: [],
    attributes: {},
    enabled: true,
    roles: ['apikm-admin'],
  },
];

/** As Keycloak tells of what administrators did. */
export interface AdminEvent {
  readonly id: string;
  readonly time: number;
  readonly operationType: 'UPDATE';
  readonly resourceType: 'USER';
  readonly resourcePath: string;
}

const MOST_EVENTS = 100;

type Changed = Record<string, Pick<DemoPerson, 'enabled' | 'roles'>>;

/** The demo users. What was switched on their page outlives a restart; their password is their login. */
export class People {
  readonly all: readonly DemoPerson[];
  /** The latest first. */
  events: readonly AdminEvent[] = [];

  /** @param file where changes are kept; undefined: in memory. */
  constructor(
    private readonly file: string | undefined,
    private readonly clock: Clock,
  ) {
    const changed = this.read();
    this.all = DEMO.map((person) => ({ ...person, ...changed[person.id] }));
  }

  find(id: string): DemoPerson | undefined {
    return this.all.find((person) => person.id === id);
  }

  byPassword(login: unknown, password: unknown): DemoPerson | undefined {
    return this.all.find((person) => person.login === login && person.login === password);
  }

  change(person: DemoPerson, to: Partial<Pick<DemoPerson, 'enabled' | 'roles'>>): void {
    Object.assign(person, to);
    const event = {
      operationType: 'UPDATE',
      resourceType: 'USER',
      resourcePath: `users/${person.id}`,
    } as const;
    this.events = [{ id: uuid(), time: this.clock.millis(), ...event }, ...this.events].slice(0, MOST_EVENTS);
    if (this.file === undefined) return;
    const changed: Changed = Object.fromEntries(
      this.all.map(({ id, enabled, roles }) => [id, { enabled, roles }]),
    );
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(changed, null, 2));
    renameSync(`${this.file}.new`, this.file);
  }

  private read(): Changed {
    try {
      return this.file === undefined ? {} : (JSON.parse(readFileSync(this.file, 'utf8')) as Changed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw new Error(`${this.file} can't be read. Delete it to start with the demo users as they were.`, {
        cause: error,
      });
    }
  }
}
