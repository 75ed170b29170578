import { DomainError } from '../platform/domain-error.js';
import type { Requirement } from './decide.js';

const FORM = /^(role|group|scope):(.{1,256})$/u;

/** Reads `role:A,group:/g,scope:s:read`. @throws DomainError invalid, when a part has another form. */
export function parseRequirements(text: string | undefined): Requirement[] {
  if (!text) return [];
  return text.split(',').map((part) => {
    const [, kind, value] = FORM.exec(part.trim()) ?? [];
    if (!kind || !value) {
      throw new DomainError(
        'invalid',
        'INVALID_REQUIREMENT',
        'require is a comma list of role:NAME, group:/PATH or scope:NAME.',
      );
    }
    return { kind: kind as Requirement['kind'], value };
  });
}
