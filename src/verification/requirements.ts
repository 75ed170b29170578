import type { Requirement } from './decide.js';

const FORM = /^(role|group|scope):(.{1,256})$/u;

export const REQUIREMENTS_FORM = 'require is a comma list of role:NAME, group:/PATH or scope:NAME.';

/** Reads `role:A,group:/g,scope:s:read`; undefined when a part has another form. */
export function parseRequirements(text: string | undefined): Requirement[] | undefined {
  if (!text) return [];
  const requirements: Requirement[] = [];
  for (const part of text.split(',')) {
    const [, kind, value] = FORM.exec(part.trim()) ?? [];
    if (!kind || !value) return undefined;
    requirements.push({ kind: kind as Requirement['kind'], value });
  }
  return requirements;
}
