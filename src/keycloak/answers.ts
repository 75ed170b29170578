import { KeycloakError } from './keycloak-error.js';

/** What a provider says of its refusal, in one short line. */
export function reasonOf(body: unknown): string {
  if (!isRecord(body)) return '';
  const parts = [body.error, body.error_description].filter((part) => typeof part === 'string');
  const reason = parts
    .join(', ')
    .replace(/[^\x20-\x7e]/g, ' ')
    .slice(0, 200);
  return reason && ` (${reason})`;
}

export function expectRecords(body: unknown): Record<string, unknown>[] {
  if (!Array.isArray(body) || !body.every(isRecord))
    throw new KeycloakError('unreadable', 'its answer is not a list');
  return body;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
