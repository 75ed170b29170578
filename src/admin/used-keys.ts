import { Injectable } from '@nestjs/common';
import { KeyList } from '../inventory/key-list.js';
import { KeyRecords } from '../inventory/key-records.js';
import type { KeyRecord } from '../inventory/key.record.js';
import { Clock } from '../platform/clock.js';
import { UsageSeries } from '../usage/usage-series.js';
import { UsageService } from '../usage/usage.service.js';
import type { Trace } from '../usage/usage.service.js';

export const DAYS = 30;
const DAY_MS = 86_400_000;

/** A key that passed in the last 30 days. */
export interface UsedKey {
  readonly record: KeyRecord;
  readonly accepted: number;
  /** What callers asked for it. */
  readonly askedFor: readonly string[];
  readonly networks: Trace['networks'];
}

/** The live keys of a person that are in use. */
@Injectable()
export class UsedKeys {
  constructor(
    private readonly lists: KeyList,
    private readonly records: KeyRecords,
    private readonly series: UsageSeries,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  async of(ownerId: string): Promise<UsedKey[]> {
    const since = new Date(this.clock.millis() - DAYS * DAY_MS);
    const found: UsedKey[] = [];
    for await (const keys of this.lists.all({ ownerIds: [ownerId], status: ['live'] }, '-lastUsed')) {
      const accepted = await this.series.acceptedSince(
        keys.map(({ id }) => id),
        since,
      );
      const used = keys.filter(({ id }) => accepted.has(id));
      const traces = await this.usage.traces(used.map(({ id }) => id));
      for (const record of await this.records.ofAll(used)) {
        const byAudience = accepted.get(record.id)!;
        found.push({
          record,
          accepted: [...byAudience.values()].reduce((all, count) => all + count, 0),
          askedFor: [...byAudience.keys()].filter((audience) => audience !== ''),
          networks: traces.get(record.id)?.networks ?? [],
        });
      }
    }
    return found.sort((a, b) => b.accepted - a.accepted);
  }
}
