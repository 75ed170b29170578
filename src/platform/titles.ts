/** What HTTP calls each status that we answer with (RFC 9110, RFC 6585). */
export const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ErrorStatus = keyof typeof TITLES;

/** Of any status, also of one that only a library answers with. */
export const titleOf = (status: number): string | undefined =>
  Object.hasOwn(TITLES, status) ? TITLES[status as ErrorStatus] : undefined;
