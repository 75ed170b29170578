import { DomainError } from '../platform/domain-error.js';
import { storable } from '../platform/storable.js';
import type { Requirement } from './decide.js';

/** The same form for the documentation, which knows only names that are written as they are. */
export const REQUIREMENTS_PATTERN =
  '^(?:role|group|scope):[^,\\s]{1,256}(?:,(?:role|group|scope):[^,\\s]{1,256}){0,99}$';

const FORM = /^(role|group|scope):(.{1,256})$/u;

const MOST = 100;

const REQUIREMENTS_FORM = `require must be a comma list of role:NAME, group:/PATH or scope:NAME, at most ${MOST}; write a comma in a name as %2C.`;

/**
 * Reads `role:A,group:/g,scope:s:read`, names as the headers write them: in percent signs where they hold a comma.
 * Undefined when a part has another form, or there are too many.
 */
export function parseRequirements(text: string | undefined): Requirement[] | undefined {
  if (!text) return [];
  // Where not even the colon stands there as such, a library has encoded all of it, the commas between the parts too.
  const parts = (text.includes(':') ? text : decoded(text)).split(',', MOST + 1);
  if (parts.length > MOST) return undefined;
  const requirements: Requirement[] = [];
  for (const part of parts) {
    const [, kind, value] = FORM.exec(decoded(part.trim())) ?? [];
    if (!kind || !value) return undefined;
    requirements.push({ kind: kind as Requirement['kind'], value });
  }
  return requirements;
}

/** Of a body. An empty demand is one whose text got lost, not one for nothing. @throws DomainError invalid */
export function requirementsIn(text: string | undefined): Requirement[] {
  const requirements = text === '' ? undefined : parseRequirements(text);
  if (!requirements) throw new DomainError('invalid', 'INVALID_REQUIREMENT', REQUIREMENTS_FORM);
  return requirements;
}

/** The same in text, as they are read. */
export const writeRequirements = (requirements: readonly Requirement[]): string =>
  requirements
    .map(
      ({ kind, value }) =>
        `${kind}:${encodeURIComponent(storable(value)).replaceAll('%2F', '/').replaceAll('%3A', ':')}`,
    )
    .join();

/** A name may hold a percent sign that encodes nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
