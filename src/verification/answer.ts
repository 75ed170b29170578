import type { ServerResponse } from 'node:http';

/** What is sent: made by pure functions, so that the route and the fast lane can't differ. */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value, …: as Node writes them. */
  readonly headers: readonly string[];
  readonly body: string;
  /** undefined: nobody may keep it. */
  readonly cacheControl?: string;
}

export function jsonAnswer(
  status: number,
  value: unknown,
  type = 'application/json',
  headers: string[] = [],
): Answer {
  const body = JSON.stringify(value);
  const length = String(Buffer.byteLength(body));
  return {
    status,
    body,
    headers: [...headers, 'Content-Type', `${type}; charset=utf-8`, 'Content-Length', length],
  };
}

/** On top of the headers that the long way has set for every answer of verification. */
export function send(res: ServerResponse, { status, headers, body, cacheControl }: Answer): void {
  if (cacheControl !== undefined) res.setHeader('Cache-Control', cacheControl);
  for (let i = 0; i < headers.length; i += 2) res.appendHeader(headers[i]!, headers[i + 1]!);
  res.statusCode = status;
  res.end(body);
}

/** Of every answer of verification: machines read it, and no cache may give one caller's to another. */
export const commonHeaders = (cacheControl = 'private, no-store'): string[] => [
  'X-Content-Type-Options',
  'nosniff',
  'Cache-Control',
  cacheControl,
  'Vary',
  'Origin',
];
