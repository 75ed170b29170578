import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { titleOf } from './titles.js';

/** RFC 9457, as every refusal under /v1 is answered. */
export class Problem {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Not Found' })
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty({ description: 'A sentence that says what to do.' })
  detail: string;

  @ApiProperty({ description: 'A stable upper-case word.', example: 'KEY_NOT_FOUND' })
  code: string;

  @ApiProperty({ description: 'The path of the request, without any key.', example: '/v1/keys/key_x' })
  instance: string;
}

/** How every refusal outside /v1 is answered, as the predecessor did. */
export class Detail {
  @ApiProperty({
    description: 'A sentence, or a list of what is wrong with the parameters.',
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'object', required: ['type', 'loc', 'msg'] } },
      { type: 'object', required: ['msg'], properties: { msg: { type: 'string' } } },
    ],
  })
  detail: unknown;
}

type Codes = Readonly<Record<number, string>>;

const WHEN: Readonly<Record<number, string>> = {
  400: 'The request does not match the form described here',
  401: 'Not logged in, or the login is no longer valid',
  403: 'Not allowed',
  404: 'Not found, or not yours',
  409: 'Conflicts with the current state',
  412: 'The key has changed since the version in If-Match',
  413: 'Too large',
  415: 'The body is not plain application/json',
  422: 'A parameter is missing or does not match the form described here',
  429: 'Too many requests, or too many refused keys from this address; Retry-After says how many seconds to wait',
  503: 'Cannot be decided at the moment; Retry-After says when to try again',
};

const AWAY = 'The database does not answer at the moment. Try again in a moment.';

/** The refusals of a route under /v1: for each status the codes that it may come with. */
export const ApiProblems = (codes: Codes) =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries({ 503: 'DATABASE_UNAVAILABLE, DATABASE_READ_ONLY', ...codes }).map(([status, code]) =>
      answer(Number(status), code, 'application/problem+json', Problem),
    ),
  );

/** The refusals of a route outside /v1: for each status an example of what `detail` says. */
export const ApiDetails = (details: Codes) =>
  applyDecorators(
    ApiExtraModels(Detail),
    ...Object.entries({ 503: AWAY, ...details }).map(([status, detail]) =>
      ApiResponse({
        status: Number(status),
        description: WHEN[Number(status)]!,
        content: { 'application/json': { schema: { $ref: getSchemaPath(Detail) }, example: { detail } } },
      }),
    ),
  );

function answer(status: number, codes: string, type: string, schema: typeof Problem) {
  const description = `${WHEN[status]}. Code: ${codes}`;
  const [code] = codes.split(', ');
  const example = {
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail: '…',
    code,
    instance: '/v1/…',
  };
  return ApiResponse({
    status,
    description,
    content: { [type]: { schema: { $ref: getSchemaPath(schema) }, example } },
  });
}
