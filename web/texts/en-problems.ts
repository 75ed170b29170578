/** What an error of the API means to a person, by its code; the server's own sentence where none stands here. */
export const PROBLEMS_EN: Readonly<Record<string, string>> = {
  NO_ANSWER: 'The server did not answer. Check your connection and try again.',
  UNEXPECTED: 'Something went wrong in this page. Reload it, and tell the operator if it keeps happening.',
  NOT_AUTHENTICATED: 'You are not logged in.',
  OWNER_DISABLED: 'Your account is disabled at the identity provider. Ask your account administrator.',
  IDENTITY_PROVIDER_UNAVAILABLE:
    'The identity provider cannot be reached at the moment, so your rights cannot be confirmed. Try again in a moment.',
  DATABASE_UNAVAILABLE: 'The service’s database is unavailable. Try again in a moment.',
  KEY_NOT_FOUND: 'There is no such key, or it is not yours.',
  FORBIDDEN: 'You do not have the rights for this.',
  INTERNAL: 'Something went wrong at the server. Try again, and tell the operator if it keeps happening.',
  TOO_MANY_KEYS: 'You have as many live keys as you may have here. Revoke one that you do not need.',
  RATE_LIMITED: 'You have made as many keys as you may for now. Try again later.',
  CHANGED_MEANWHILE: 'The key was changed in the meantime. Reload the page and try again.',
  NEVER_EXPIRES_NOT_ALLOWED: 'You may not have keys without an end here.',
  LIFETIME_AMBIGUOUS: 'Choose one end for the key.',
  CONTENT_TOO_LARGE: 'That is too long to be sent.',
};
