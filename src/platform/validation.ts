import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata } from '@nestjs/common';
import { DomainError } from './domain-error.js';

interface Problem {
  readonly constraints?: Record<string, string>;
}

/** What is sent must match its DTO, and nothing else may be in it. */
export const validation = (): ValidationPipe =>
  new KnownFields({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: describeProblems,
  });

/** Names and rules only: a value may be a key. */
function describeProblems(problems: Problem[]): DomainError {
  const sentences = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
  return new DomainError(
    'invalid',
    'INVALID_REQUEST',
    sentences.join('; ') || 'The request does not match the form described in the documentation.',
  );
}

class KnownFields extends ValidationPipe {
  /** What every object has, such as `constructor`, the library takes for a field of the DTO. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (typeof value === 'object' && value !== null && this.toValidate(metadata)) refuseInherited(value);
    return super.transform(value, metadata);
  }
}

function refuseInherited(value: object): void {
  const inherited = Object.keys(value).find((name) => name in Object.prototype);
  if (inherited !== undefined)
    throw new DomainError('invalid', 'INVALID_REQUEST', `property ${inherited} should not exist`);
}
