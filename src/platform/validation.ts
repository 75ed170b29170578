import { ValidationPipe } from '@nestjs/common';
import { DomainError } from './domain-error.js';

interface Problem {
  readonly constraints?: Record<string, string>;
}

/** What is sent must match its DTO, and nothing else may be in it. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
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
