/** Who makes a change, as the trail keeps it. */
export interface Actor {
  /** The person's id; null: nobody signed in. */
  readonly id: string | null;
  /** As it was then. */
  readonly login: string | null;
  /** `operator`: whoever holds the database, by a command. `program`: nobody asked for it. */
  readonly via: 'session' | 'token' | 'administrator' | 'operator' | 'program';
  /** Where the request came from, cut to /24 or /48. */
  readonly network: string | null;
  /** The family of the user agent, say `curl`. */
  readonly agent: string | null;
}

const NOBODY = { id: null, login: null, network: null, agent: null };

export const PROGRAM: Actor = { ...NOBODY, via: 'program' };
export const OPERATOR: Actor = { ...NOBODY, via: 'operator' };
