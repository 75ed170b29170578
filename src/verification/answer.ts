import type { ServerResponse } from 'node:http';

/** What is sent: made by pure functions, so that the route and the fast lane can't differ. */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value, …, as Node writes them, a list where one is sent several times; all but the request's id. */
  readonly headers: readonly (string | string[])[];
  readonly body: string;
}

export function jsonAnswer(
  status: number,
  value: unknown,
  type = 'application/json',
  headers: Answer['headers'] = [],
): Answer {
  const body = JSON.stringify(value);
  const described = [
    'Content-Type',
    `${type}; charset=utf-8`,
    'Content-Length',
    String(Buffer.byteLength(body)),
  ];
  return { status, body, headers: [...COMMON, ...headers, ...described] };
}

export const emptyAnswer = (headers: readonly string[], cacheControl?: string): Answer => ({
  status: 200,
  headers: [...commonHeaders(cacheControl), ...headers, 'Content-Length', '0'],
  body: '',
});

export function write(res: ServerResponse, { status, headers, body }: Answer, requestId: string): void {
  res.writeHead(status, ['X-Request-Id', requestId, ...headers]);
  res.end(body);
}

/** Of every answer of verification: machines read it, and no cache may give one caller's to another. */
export const commonHeaders = (cacheControl = 'private, no-store'): readonly string[] => [
  ...['X-Content-Type-Options', 'nosniff', 'Cache-Control', cacheControl, 'Vary', 'Origin'],
];

const COMMON = commonHeaders();
