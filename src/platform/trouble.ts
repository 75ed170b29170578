import type { Logger } from '@nestjs/common';
import type { Clock } from './clock.js';

/** Something that goes wrong for a while: a line when it begins, one when it is over, none in between. */
export class Trouble {
  private since: number | undefined;
  private readonly told = new Set<string>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly level: 'warn' | 'error' = 'warn',
  ) {}

  get isOn(): boolean {
    return this.since !== undefined;
  }

  /** Seconds; 0: it is not on. */
  get lastsFor(): number {
    return this.since === undefined ? 0 : (this.clock.millis() - this.since) / 1000;
  }

  /** Of each kind of it the first alone is told, until it is over. */
  begin(kind: string, sentence: string): void {
    this.since ??= this.clock.millis();
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.logger[this.level](sentence);
  }

  /** @param sentence without its end, which says how long it took */
  end(sentence: string): void {
    if (this.since === undefined) return;
    this.logger.log(`${sentence} after ${seconds(this.clock.millis() - this.since)}`);
    this.since = undefined;
    this.told.clear();
  }
}

export const seconds = (millis: number): string => `${Math.round(millis / 1000)} s`;
