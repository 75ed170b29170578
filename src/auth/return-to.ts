import { holdsSecret, maskKeys } from '../platform/redact.js';

/**
 * The path of our own to go to after login, without the path that the public URL has in front of all; anything else is
 * `/`. Browsers read `\` as `/` and skip tabs and line ends.
 */
export function safeReturnTo(wish: unknown, publicUrl: string): string {
  const path = ownPath(wish);
  const root = new URL(publicUrl).pathname.replace(/\/$/, '');
  // A page knows its own address with what the proxy cuts off.
  return root && path.startsWith(`${root}/`) ? ownPath(path.slice(root.length)) : path;
}

function ownPath(wish: unknown): string {
  if (typeof wish !== 'string' || wish.length > 2000 || holdsKey(wish)) return '/';
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wish) && !/%5c|%2f%2f|^\/%2f/i.test(wish) ? wish : '/';
}

/** It would be kept in the session's row, and told in Location. */
const holdsKey = (path: string): boolean => maskKeys(path) !== path || holdsSecret(path);
