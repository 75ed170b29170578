/** The path of our own to go to after login; anything else is `/`. Browsers read `\` as `/` and skip tabs and line ends. */
export function safeReturnTo(wish: unknown): string {
  if (typeof wish !== 'string' || wish.length > 2000) return '/';
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wish) && !/%5c|%2f%2f|^\/%2f/i.test(wish) ? wish : '/';
}
