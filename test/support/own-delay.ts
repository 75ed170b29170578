import { cpuTime } from './cpu.js';

const EVERY_MS = 5;

/**
 * How long the event loop is held up by what this process does, in milliseconds of CPU time between two of its turns:
 * what other processes take of the machine meanwhile is no delay of ours.
 */
export class OwnDelay {
  private readonly delays: number[] = [];
  private spent = cpuTime();
  private readonly timer = setInterval(() => this.turn(), EVERY_MS);

  /** @returns the 99th percentile */
  end(): number {
    clearInterval(this.timer);
    this.delays.sort((a, b) => a - b);
    return this.delays[Math.floor(this.delays.length * 0.99)]!;
  }

  private turn(): void {
    this.delays.push(this.spent());
    this.spent = cpuTime();
  }
}
