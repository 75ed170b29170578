/** More logins than come back within their lifetime; beyond it the oldest are forgotten first. */
const MOST = 10_000;

/** Logins that were answered already, remembered by this process as long as their cookie could be sent again. */
export class UsedLogins {
  /** Until when, in the order they were used: the first ends first. */
  private readonly until = new Map<string, number>();

  constructor(private readonly lifeMs: number) {}

  has(id: string): boolean {
    return this.until.has(id);
  }

  add(id: string, now: number): void {
    for (const [old, until] of this.until) {
      if (until > now && this.until.size < MOST) break;
      this.until.delete(old);
    }
    this.until.set(id, now + this.lifeMs);
  }
}
