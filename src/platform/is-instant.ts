import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsISO8601, Matches } from 'class-validator';
import { INSTANT } from './plain-text.js';

/** An instant that says its zone, in a year of four digits. */
export const IsInstant = (): PropertyDecorator =>
  applyDecorators(
    IsISO8601({ strict: true }),
    Matches(INSTANT, {
      message: '$property must be an instant with its zone, for example 2027-01-31T12:00:00Z',
    }),
    ApiProperty({ format: 'date-time' }),
  );
