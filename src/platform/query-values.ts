import type { TransformFnParams } from 'class-transformer';

// What a query says in text, as class-transformer is to make it; what has another form is left to validation.

export const asInteger = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

export const asBoolean = ({ value }: TransformFnParams): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** `a,b`, once: sent twice it matches nothing. */
export const asList = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.split(',') : value === undefined ? undefined : [value];
