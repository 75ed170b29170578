// The codes with which routes for administrators refuse, by status, for the documentation.
export const READS = {
  401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED',
  403: 'ADMIN_ONLY',
  503: 'DATABASE_UNAVAILABLE',
};
export const WRITES = {
  ...READS,
  403: 'ADMIN_ONLY, FOREIGN_PAGE',
  413: 'CONTENT_TOO_LARGE',
  415: 'JSON_REQUIRED',
  503: 'DATABASE_UNAVAILABLE, DATABASE_READ_ONLY',
};
export const NO_KEY = { 404: 'KEY_NOT_FOUND' };
export const NO_OWNER = { 404: 'OWNER_NOT_FOUND' };
