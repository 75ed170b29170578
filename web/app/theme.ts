import { useState } from 'preact/hooks';
import { keepChoice } from './choices.js';

/** 'system': as the system has it. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const root = document.documentElement;

function apply(theme: Theme): void {
  keepChoice('apikm-theme', theme === 'system' ? undefined : theme);
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
