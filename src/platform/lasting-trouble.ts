import type { Logger } from '@nestjs/common';

/** What goes wrong for a while is one line when it begins and one when it is over, however often it is tried between. */
export class LastingTrouble {
  private since: string | undefined;

  constructor(
    private readonly logger: Logger,
    /** What is said at the end. */
    private readonly over: string,
  ) {}

  /** @param kind another one is another trouble, which is told, too */
  goesOn(line: string, kind = ''): void {
    if (this.since === kind) return;
    this.since = kind;
    this.logger.warn(line);
  }

  isOver(): void {
    if (this.since === undefined) return;
    this.since = undefined;
    this.logger.log(this.over);
  }
}
