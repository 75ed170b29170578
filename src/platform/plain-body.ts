import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './domain-error.js';

/** More than any body of ours needs, and far less than what breaks those who walk through it step by step. */
const DEEPEST = 32;
/** To validation these are no fields of an object but what every object has. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype']);

/** After the parsers: a body that is nested without end, or holds names that would not be seen as unknown, is refused. */
export function plainBody(req: Request, _res: Response, next: NextFunction): void {
  let level: unknown[] = [req.body];
  for (let depth = 0; level.length; depth += 1) {
    if (depth > DEEPEST) return next(refused('The body is nested too deeply.'));
    const objects = level.filter((value) => typeof value === 'object' && value !== null) as object[];
    const names = objects.flatMap((object) => (Array.isArray(object) ? [] : Object.keys(object)));
    if (names.some((name) => INHERITED.has(name)))
      return next(refused('The body contains a field name that is not allowed.'));
    level = objects.flatMap((object) => Object.values(object) as unknown[]);
  }
  next();
}

const refused = (sentence: string): DomainError => new DomainError('invalid', 'INVALID_REQUEST', sentence);
