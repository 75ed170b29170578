const KEPT_SECONDS = 31_536_000;

/** The server reads the cookie, so that what comes from it is in the chosen colours and language at once. */
export function keepChoice(name: string, value: string | undefined): void {
  const path = new URL(document.baseURI).pathname;
  const age = value === undefined ? 0 : KEPT_SECONDS;
  document.cookie = `${name}=${value ?? ''}; path=${path}; max-age=${age}; SameSite=Lax`;
}

export function keptChoice(name: string): string | undefined {
  const pairs = document.cookie.split('; ').map((pair) => pair.split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
