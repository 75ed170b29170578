import type { Request } from 'express';
import { chosen } from '../choices.js';
import { en } from './en.js';
import type { FailureTexts } from './en.js';
import { fr } from './fr.js';

/** Those that the pages speak (web/texts/texts.tsx). */
const LANGUAGES = { en, fr } as const;
export type Language = keyof typeof LANGUAGES;
const KNOWN = Object.keys(LANGUAGES) as Language[];

export const textsIn = (language: Language): FailureTexts => LANGUAGES[language];

/** What the person chose on the pages, else the one that the browser likes best. */
export const languageOf = (req: Request): Language =>
  chosen(req.headers.cookie, 'apikm-language', KNOWN) ?? ((req.acceptsLanguages(KNOWN) || 'en') as Language);
