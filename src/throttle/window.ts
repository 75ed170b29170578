/** Different refused keys remembered of a client and window, here and in Redis; above that each one counts. */
export const MOST_SEEN = 10_000;

/** As many as a number holds exactly. */
const SAFE_DIGITS = 13;

/** A client's refusals within one period: those that this replica saw, and those of all where they are shared. */
export interface Window {
  readonly endsAt: number;
  hits: number;
  /** Never added to `hits`: all together have seen those too. */
  readonly shared: number;
  /** Parts of the refused keys' digests: they take a tenth of the room, and are still not to be forged. */
  readonly seen: number[];
}

export const freshWindow = (endsAt: number): Window => ({ endsAt, hits: 0, shared: 0, seen: [] });

export const isReached = ({ endsAt, hits, shared }: Window, limit: number, now: number): boolean =>
  endsAt > now && (hits >= limit || shared >= limit);

/** Whether it counted: the same token (a digest in hexadecimal digits) again within the window is free. */
export function hit(window: Window, token?: string): boolean {
  const part = token === undefined ? undefined : Number.parseInt(token.slice(0, SAFE_DIGITS), 16);
  if (part !== undefined && window.seen.includes(part)) return false;
  if (part !== undefined && window.seen.length < MOST_SEEN) window.seen.push(part);
  window.hits += 1;
  return true;
}

/**
 * The window after all together were heard of. Their end of it counts, unless they know less than this replica
 * does: then theirs was lost and began anew, and what was counted here must not go with it.
 */
export function lifted(window: Window, total: number, endsAt: number, now: number): Window {
  const current = window.endsAt > now ? window : freshWindow(endsAt);
  if (total < Math.max(current.hits, current.shared)) return current;
  return { ...current, shared: total, endsAt };
}
