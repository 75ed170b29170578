import { Injectable } from '@nestjs/common';
import { pointsOf, sumUp } from './sum-up.js';
import { UsageSeries } from './usage-series.js';
import { UsageService } from './usage.service.js';
import type { Window } from './usage.query.js';
import type { KeyUsageRecord } from './usage.record.js';

/** All that is told of the use of one key, to its owner and to administrators alike. */
@Injectable()
export class KeyUsage {
  constructor(
    private readonly series: UsageSeries,
    private readonly usage: UsageService,
  ) {}

  /** @param titleOf what the catalogue calls an application */
  async of(
    keyId: string,
    window: Window,
    titleOf: (audience: string) => string | null,
  ): Promise<KeyUsageRecord> {
    const series = await this.series.ofKeys([keyId], window);
    const { lastUse = null, networks = [] } = (await this.usage.traces([keyId])).get(keyId) ?? {};
    return {
      ...sumUp(series, window, titleOf),
      series: pointsOf(series),
      lastUse: lastUse && { ...lastUse, at: new Date(lastUse.at) },
      networks: [...networks],
    };
  }
}
