import { createContext } from 'preact';
import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { keepChoice, keptChoice } from '../app/choices.js';
import { en } from './en.js';
import { formatFor } from './format.js';
import type { Format } from './format.js';

/** All that a language has to say; one that leaves a sentence out doesn't compile. */
export type Texts = typeof en;

/** Each by its own name. */
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

const LOAD: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  fr: () => import('./fr.js').then(({ fr }) => fr),
};

interface Spoken {
  /** The texts. */
  readonly t: Texts;
  /** How numbers and times are written. */
  readonly f: Format;
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const SpokenContext = createContext<Spoken | undefined>(undefined);

export function useTexts(): Spoken {
  const spoken = useContext(SpokenContext);
  if (!spoken) throw new Error('texts are asked for outside of TextsProvider');
  return spoken;
}

const KEPT = 'apikm-language';

const isKnown = (code: string | undefined): code is Language => code !== undefined && code in LANGUAGES;

/** What the person chose, else the first of the browser's that we speak. */
function preferred(): Language {
  const chosen = keptChoice(KEPT);
  if (isKnown(chosen)) return chosen;
  return window.navigator.languages.map((tag) => tag.slice(0, 2)).find(isKnown) ?? 'en';
}

export function TextsProvider({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState(preferred);
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts }>();
  useEffect(() => {
    LOAD[language]().then((texts) => {
      document.documentElement.lang = language;
      setLoaded({ language, texts });
    });
  }, [language]);
  const spoken = useMemo(() => {
    const choose = (next: Language): void => {
      keepChoice(KEPT, next);
      setLanguage(next);
    };
    return (
      loaded && {
        t: loaded.texts,
        f: formatFor(loaded.language, loaded.texts.justNow),
        language: loaded.language,
        choose,
      }
    );
  }, [loaded]);
  return spoken ? <SpokenContext.Provider value={spoken}>{children}</SpokenContext.Provider> : null;
}
