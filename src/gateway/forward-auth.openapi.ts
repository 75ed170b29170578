import type { OpenAPIObject } from '@nestjs/swagger';
import { KINDS, OUTCOMES } from '../verification/outcome.js';
import { NAMES } from './forward-auth.js';

type Path = OpenAPIObject['paths'][string];

const option = (name: string, description: string, schema: object) => ({
  name,
  in: 'query' as const,
  required: false,
  description,
  schema: { type: 'string' as const, ...schema },
});

const OPTIONS = [
  option('audience', 'The service that asks.', { minLength: 1, maxLength: 256, example: 'maps' }),
  option('require', 'Everything that the key must have; write a comma in a name as %2C.', {
    minLength: 1,
    example: 'role:reader,scope:tiles:read',
  }),
  option('send', 'The identity headers to fill; all of them by default.', {
    pattern: '^[a-z-]+(,[a-z-]+)*$',
    example: 'user,login,roles,upstream-uri',
  }),
  option(
    'status',
    'For nginx, which treats anything but 401 and 403 as its own failure: answers 403 instead of 429 and 503.',
    {
      enum: ['nginx'],
    },
  ),
  option('cache', 'Seconds for which the gateway may keep a positive answer.', { pattern: '^[0-9]{1,6}$' }),
  option('preflight', 'Lets CORS preflights of browsers pass, which carry no key.', { enum: ['pass', '1'] }),
];

const headers = Object.fromEntries(
  [...NAMES.map((name) => `X-Apikm-${name}`), 'X-Apikm-Audience', 'X-Apikm-Code', 'X-Apikm-Upstream-Uri'].map(
    (name) => [
      name,
      { description: 'Empty where there is nothing to say.', schema: { type: 'string' as const } },
    ],
  ),
);

const refused = (status: number, description: string) => ({
  description: `${description} Code: ${codesOf(status)}`,
  headers,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** The codes that strangers are told with this status. */
function codesOf(status: number): string {
  const codes = Object.values(OUTCOMES).filter(({ kind }) => KINDS[kind].status === status);
  return [...new Set(codes.map(({ publicCode }) => publicCode))].join(', ');
}

/** For the documentation: the route takes any method, and never reads a body. */
export const FORWARD_AUTH_PATH: Path = {
  get: {
    operationId: 'forwardAuth',
    tags: ['Verification'],
    summary: 'For gateways: may this request pass?',
    description:
      'The key may come in any carrier, including the original URI that a trusted gateway passes on (X-Original-URI, X-Forwarded-Uri). All methods are answered alike. With an option that is unknown, empty or given twice, no request passes.',
    parameters: OPTIONS,
    security: [
      { 'API key header': [] },
      { 'API key query': [] },
      { 'API key bearer': [] },
      { 'API key basic': [] },
    ],
    responses: {
      200: {
        description: 'The request may pass. The body is empty; the headers say whose key it is.',
        headers,
      },
      401: refused(401, 'No key, or no valid one.'),
      403: refused(403, 'The key is valid, but not for this request; or the options are not understood.'),
      429: refused(429, 'Too many requests; Retry-After says how many seconds to wait.'),
      503: refused(503, 'Cannot be decided at the moment; Retry-After says when to try again.'),
    },
  },
};
