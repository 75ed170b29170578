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
  option('require', 'What the key must have, all of it; a comma in a name is %2C.', {
    minLength: 1,
    example: 'role:reader,scope:tiles:read',
  }),
  option('send', 'The identity headers that are filled; all of them unless given.', {
    pattern: '^[a-z-]+(,[a-z-]+)*$',
    example: 'user,login,roles,upstream-uri',
  }),
  option(
    'status',
    'For nginx, which takes anything but 401 and 403 for its own failure: 429 and 503 as 403.',
    {
      enum: ['nginx'],
    },
  ),
  option('cache', 'Seconds for which the gateway may keep an allowance.', { pattern: '^[0-9]{1,6}$' }),
  option('preflight', 'Lets preflights of browsers pass, which carry no key.', { enum: ['pass', '1'] }),
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
    summary: 'For gateways: may the request in front of you pass?',
    description:
      'The key may come in any carrier, also in the original URI that a trusted gateway tells (X-Original-URI, X-Forwarded-Uri). Any method is answered alike. An option that is unknown, empty or given twice lets nobody pass.',
    parameters: OPTIONS,
    security: [
      { 'API key header': [] },
      { 'API key query': [] },
      { 'API key bearer': [] },
      { 'API key basic': [] },
    ],
    responses: {
      200: { description: 'It may pass. The body is empty; the headers say whose key it is.', headers },
      401: refused(401, 'No key, or none that is good.'),
      403: refused(403, 'The key is good, but not for this request; or the options are not understood.'),
      429: refused(429, 'Too many requests; Retry-After says how many seconds to wait.'),
      503: refused(503, 'Cannot be decided at the moment; Retry-After says when to try again.'),
    },
  },
};
