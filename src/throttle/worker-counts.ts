import { Injectable } from '@nestjs/common';
import { Redis } from '../database/redis.js';
import { PrimaryLink } from '../workers/primary-link.js';
import { nameOf, SharedCounts } from './shared-counts.js';
import type { ReportedWindow } from './shared-counts.js';

/** The counts of the workers of one server without a Redis, in its primary: else each would admit as much as one alone. */
@Injectable()
export class WorkerCounts extends SharedCounts {
  constructor(
    redis: Redis,
    private readonly primary: PrimaryLink,
  ) {
    super(redis);
  }

  override onModuleInit(): void {
    this.primary.subscribe((name, window) => this.tell({ ...placeOf(name), ...window, told: 0 }));
  }

  protected override get isShared(): boolean {
    return true;
  }

  protected override async count(windows: readonly ReportedWindow[]): Promise<void> {
    const totals = await this.primary.count(
      windows.map(({ client, limit, hits, tokens }) => {
        const name = `${nameOf(limit)}:${client}`;
        return { name, limit: limit.limit, lengthMs: limit.windowSeconds * 1000, hits, tokens };
      }),
    );
    for (const [i, { client, limit, hits: told }] of windows.entries())
      this.tell({ client, limit: nameOf(limit), ...totals[i]!, told });
  }
}

/** An address may hold colons, a limit holds none. */
function placeOf(name: string): { limit: string; client: string } {
  const end = name.indexOf(':');
  return { limit: name.slice(0, end), client: name.slice(end + 1) };
}
