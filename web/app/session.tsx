import { createContext } from 'preact';
import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/call.js';
import { call, whenLoginEnds } from '../api/call.js';
import type { Me } from '../api/types.js';
import { hrefTo } from './address.js';
import { forgetDrafts } from './drafts.js';

export type Session =
  | { readonly state: 'loading' }
  /** Nobody, or somebody who may not; `problem` says why. */
  | { readonly state: 'closed'; readonly problem: Problem }
  | { readonly state: 'open'; readonly me: Me; /** It has ended meanwhile. */ readonly ended?: Problem };

const SessionContext = createContext<Session>({ state: 'loading' });
export const useSession = (): Session => useContext(SessionContext);

/** Who is logged in; only for what is shown to somebody who is. */
export function useMe(): Me {
  const session = useSession();
  if (session.state !== 'open') throw new Error('nobody is logged in');
  return session.me;
}

export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [session, setSession] = useState<Session>({ state: 'loading' });
  useEffect(() => {
    whenLoginEnds((ended) =>
      setSession((now) => (now.state === 'open' ? { ...now, ended } : { state: 'closed', problem: ended })),
    );
    call<Me>('v1/me').then(
      (me) => setSession({ state: 'open', me }),
      (problem: Problem) => setSession({ state: 'closed', problem }),
    );
  }, []);
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/** Where to log in, and be led back to this very page afterwards. */
export function loginHref(): string {
  const { pathname, search } = window.location;
  return hrefTo(`/auth/login?returnTo=${encodeURIComponent(pathname + search)}`);
}

/** Ends the session here, then at the identity provider, which leads back. */
export async function logOut(): Promise<void> {
  forgetDrafts();
  const { location } = await call<{ location: string }>('auth/logout', { method: 'POST' });
  window.location.assign(location);
}
