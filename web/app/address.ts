import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** What stands in front of all our paths, with a slash at its end. */
const BASE = new URL(document.baseURI).pathname;

/** Where we are: `path` without what stands in front of all, `query` without `?`. */
export interface Address {
  readonly path: string;
  readonly query: string;
}

function read(): Address {
  const { pathname, search } = window.location;
  const path = pathname.startsWith(BASE) ? `/${pathname.slice(BASE.length)}` : pathname;
  return { path, query: search.slice(1) };
}

/** @param to a path of ours with its query, such as `/keys/key_x?from=list` */
export const hrefTo = (to: string): string => BASE + to.slice(1);

/** Asks whether to leave; `leave` goes on with it. */
type Guard = (leave: () => void) => void;

const listeners = new Set<() => void>();
let guard: Guard | undefined;
let place = Number(placeIn(window.history.state) ?? 0);
let isComingBack = false;

const announce = (): void => listeners.forEach((listener) => listener());

function placeIn(state: unknown): number | undefined {
  return (state as { place?: number } | null)?.place;
}

/** What lies over one's keys leaves the list as far down as it was: a key, and what is about to be done to it. */
const OVER_THE_LIST = /^\/keys\/[^/]+(?:\/(?!once$)[^/]+)?$/;

/** Whether the page that is seen stays the same from one path to another. */
export function isSamePlace(from: string, to: string): boolean {
  const isOver = (path: string): boolean => OVER_THE_LIST.test(path);
  return (isOver(from) && (isOver(to) || to === '/')) || (isOver(to) && from === '/');
}

export function navigate(to: string, { replace = false } = {}): void {
  const go = (): void => {
    if (!replace) place += 1;
    const keepsPlace = replace || isSamePlace(read().path, to.split('?')[0]!);
    window.history[replace ? 'replaceState' : 'pushState']({ place }, '', hrefTo(to));
    if (!keepsPlace) window.scrollTo(0, 0);
    announce();
  };
  if (guard && !replace) guard(go);
  else go();
}

/** To the page before, where it was one of ours; else to `otherwise`. */
export function goBack(otherwise: string): void {
  if (place > 0) window.history.back();
  else navigate(otherwise, { replace: true });
}

window.addEventListener('popstate', ({ state }) => {
  const steps = (placeIn(state) ?? 0) - place;
  if (isComingBack) {
    isComingBack = false;
    return;
  }
  const asked = guard;
  if (asked && steps !== 0) {
    isComingBack = true;
    window.history.go(-steps);
    asked(() => window.history.go(steps));
    return;
  }
  place += steps;
  announce();
});

/** While `ask` is given, no page of ours is left, and no tab closed, before it was asked. */
export function useLeaveGuard(ask: Guard | undefined): void {
  // From the very moment that what must not be lost is shown: an effect comes a little later.
  useLayoutEffect(() => {
    if (!ask) return;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    guard = (leave) =>
      ask(() => {
        guard = undefined;
        leave();
      });
    window.addEventListener('beforeunload', stay);
    return () => {
      guard = undefined;
      window.removeEventListener('beforeunload', stay);
    };
  }, [ask]);
}

export function useAddress(): Address {
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const listener = (): void => setAddress(read());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return address;
}

/** The parts of an address that match, say `/keys/:id`; undefined: it is another. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(':') && given[i]) parts[part.slice(1)] = decodeURIComponent(given[i]);
    else if (part !== given[i]) return undefined;
  }
  return parts;
}

/** The same address with other values in its query; '' and undefined take one away. */
export function withQuery(
  { path, query }: Address,
  values: Readonly<Record<string, string | undefined>>,
): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}
