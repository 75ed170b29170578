/** What a person chose on the pages, which keep it in a cookie for the server; undefined: nothing that is offered. */
export function chosen<T extends string>(
  cookies: string | undefined,
  name: string,
  offered: readonly T[],
): T | undefined {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return offered.find((choice) => choice === value);
}

export type Theme = 'light' | 'dark';

/** undefined: as the system has it. */
export const chosenTheme = (cookies: string | undefined): Theme | undefined =>
  chosen(cookies, 'apikm-theme', ['light', 'dark']);
