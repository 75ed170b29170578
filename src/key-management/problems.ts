// The codes with which routes of this folder refuse, by status, for the documentation.
export const READS = { 401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED', 503: 'DATABASE_UNAVAILABLE' };
const NOT_WRITTEN = 'DATABASE_UNAVAILABLE, DATABASE_READ_ONLY';
export const WRITES = { ...READS, 403: 'FOREIGN_PAGE', 503: NOT_WRITTEN };
export const ONE = { 404: 'KEY_NOT_FOUND' };
export const MATCHED = { 412: 'CHANGED_MEANWHILE' };
export const BODY = { 415: 'JSON_REQUIRED', 413: 'CONTENT_TOO_LARGE' };
/** Where rights are read anew first. */
export const AWAY = { 503: `IDENTITY_PROVIDER_UNAVAILABLE, ${NOT_WRITTEN}` };
export const LIFETIME =
  'INVALID_REQUEST, ALREADY_OVER, LIFETIME_AMBIGUOUS, LIFETIME_TOO_LONG, NEVER_EXPIRES_NOT_ALLOWED';
