/** What was typed and not sent, so that a reload or the end of a session loses nothing. Never holds a key. */
const NAME = 'apikm-draft:';

export function readDraft<T extends object>(name: string): Partial<T> | undefined {
  try {
    const text = window.sessionStorage.getItem(NAME + name);
    return text === null ? undefined : (JSON.parse(text) as Partial<T>);
  } catch {
    return undefined;
  }
}

export function keepDraft(name: string, draft: object): void {
  try {
    window.sessionStorage.setItem(NAME + name, JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing has no draft to lose.
  }
}

export const forgetDraft = (name: string): void => window.sessionStorage.removeItem(NAME + name);

export function forgetDrafts(): void {
  const names = Object.keys(window.sessionStorage).filter((name) => name.startsWith(NAME));
  names.forEach((name) => window.sessionStorage.removeItem(name));
}
