import { useState } from 'preact/hooks';

/** 'system': as the system has it. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const root = document.documentElement;

/** The server reads the cookie, so that a page comes in its colours at once. */
function apply(theme: Theme): void {
  const path = new URL(document.baseURI).pathname;
  const age = theme === 'system' ? 0 : 31_536_000;
  document.cookie = `apikm-theme=${theme}; path=${path}; max-age=${age}; SameSite=Lax`;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>((root.dataset.theme as Theme | undefined) ?? 'system');
  const choose = (next: Theme): void => {
    apply(next);
    setTheme(next);
  };
  return [theme, choose];
}
