import type { Requirement } from './decide.js';

const FORM = /^(role|group|scope):(.{1,256})$/u;

const MOST = 100;

export const REQUIREMENTS_FORM = `require is a comma list of role:NAME, group:/PATH or scope:NAME, ${MOST} at most.`;

/** Reads `role:A,group:/g,scope:s:read`; undefined when a part has another form, or there are too many. */
export function parseRequirements(text: string | undefined): Requirement[] | undefined {
  if (!text) return [];
  const parts = text.split(',', MOST + 1);
  if (parts.length > MOST) return undefined;
  const requirements: Requirement[] = [];
  for (const part of parts) {
    const [, kind, value] = FORM.exec(part.trim()) ?? [];
    if (!kind || !value) return undefined;
    requirements.push({ kind: kind as Requirement['kind'], value });
  }
  return requirements;
}
