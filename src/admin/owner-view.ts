import { Injectable } from '@nestjs/common';
import { KeyList } from '../inventory/key-list.js';
import { KeyRecords } from '../inventory/key-records.js';
import type { KeyRecord } from '../inventory/key.record.js';
import { shownOwner } from '../inventory/owned-key.record.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { Services } from '../services/services.js';
import { UsageReport } from '../usage/usage-report.js';
import type { LeavingDto, OwnerDetailDto, UsedKeyDto } from './admin.dto.js';

const DAYS = 30;
const DAY_MS = 86_400_000;
const MOST_SHOWN = 100;

/** What is to be seen of a person before somebody decides about him. */
@Injectable()
export class OwnerView {
  constructor(
    private readonly lists: KeyList,
    private readonly records: KeyRecords,
    private readonly report: UsageReport,
    private readonly services: Services,
    private readonly clock: Clock,
  ) {}

  async of(owner: Owner): Promise<OwnerDetailDto> {
    const counts = await this.lists.counts({ ownerIds: [owner.id] });
    const { roles, groups, rightsReadAt, createdAt } = owner;
    const leaving = await this.leaving(owner.id, counts.live);
    const shown = { ...shownOwner(owner), roles, groups, rightsReadAt, createdAt };
    return { ...shown, liveKeys: counts.live, counts, leaving };
  }

  private async leaving(ownerId: string, liveKeys: number): Promise<LeavingDto> {
    const used: UsedKeyDto[] = [];
    const since = new Date(this.clock.millis() - DAYS * DAY_MS);
    for await (const keys of this.lists.all({ ownerIds: [ownerId], status: ['live'] }, '-lastUsed')) {
      const accepted = await this.report.acceptedSince(
        keys.map(({ id }) => id),
        since,
      );
      const records = await this.records.ofAll(keys);
      used.push(
        ...records.filter(({ id }) => accepted.has(id)).map((key) => shown(key, accepted.get(key.id)!)),
      );
    }
    used.sort((a, b) => b.accepted - a.accepted);
    const audiences = new Set(used.flatMap((key) => key.audiences ?? []));
    const uses = used.reduce((sum, { accepted }) => sum + accepted, 0);
    return {
      liveKeys,
      services: this.services.servicesOf([...audiences].sort())!,
      anyService: used.some((key) => key.audiences === null),
      usesPerDay: Math.round((uses / DAYS) * 10) / 10,
      keys: used.slice(0, MOST_SHOWN),
    };
  }
}

const shown = ({ id, name, audiences, usage }: KeyRecord, accepted: number): UsedKeyDto => ({
  ...{ id, name, audiences, accepted },
  lastUsedAt: usage.lastUsedAt,
});
