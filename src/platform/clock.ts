import { Injectable } from '@nestjs/common';

/** The only source of the current time. Tests replace it with one that they advance. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date(this.millis());
  }

  /** Milliseconds since 1970. */
  millis(): number {
    return Date.now();
  }
}
