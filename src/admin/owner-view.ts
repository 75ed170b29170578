import { Injectable } from '@nestjs/common';
import { KeyList } from '../inventory/key-list.js';
import { shownOwner } from '../inventory/owned-key.record.js';
import type { Owner } from '../owners/owner.entity.js';
import { Services } from '../services/services.js';
import type { UsedNetworkRecord } from '../usage/usage.record.js';
import type { LeavingDto, OwnerDetailDto, UsedKeyDto } from './admin.dto.js';
import { DAYS, UsedKeys } from './used-keys.js';
import type { UsedKey } from './used-keys.js';

const MOST_SHOWN = 100;

/** What an administrator sees of a person before deciding about the account. */
@Injectable()
export class OwnerView {
  constructor(
    private readonly lists: KeyList,
    private readonly used: UsedKeys,
    private readonly services: Services,
  ) {}

  async of(owner: Owner): Promise<OwnerDetailDto> {
    const counts = await this.lists.counts({ ownerIds: [owner.id] });
    const { roles, groups, rightsReadAt, createdAt } = owner;
    const leaving = await this.leaving(owner.id, counts.live);
    const shown = { ...shownOwner(owner), roles, groups, rightsReadAt, createdAt };
    return { ...shown, liveKeys: counts.live, counts, leaving };
  }

  private async leaving(ownerId: string, liveKeys: number): Promise<LeavingDto> {
    const used = await this.used.of(ownerId);
    const audiences = new Set(
      used.flatMap(({ record, askedFor }) => [...(record.audiences ?? []), ...askedFor]),
    );
    const uses = used.reduce((sum, { accepted }) => sum + accepted, 0);
    return {
      liveKeys,
      services: this.services.servicesOf([...audiences].sort())!,
      anyService: used.some(({ record }) => record.audiences === null),
      networks: networksOf(used),
      usesPerDay: Math.round((uses / DAYS) * 10) / 10,
      keys: used.slice(0, MOST_SHOWN).map(shown),
    };
  }
}

function networksOf(used: readonly UsedKey[]): UsedNetworkRecord[] {
  const networks = used.flatMap((key) => key.networks);
  networks.sort((a, b) => a.lastUsedAt.getTime() - b.lastUsedAt.getTime());
  const latest = new Map(networks.map((one) => [one.network, one.lastUsedAt]));
  return [...latest]
    .map(([network, lastUsedAt]) => ({ network, lastUsedAt }))
    .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime())
    .slice(0, MOST_SHOWN);
}

const shown = ({ record: { id, name, audiences, usage }, accepted }: UsedKey): UsedKeyDto => ({
  ...{ id, name, audiences, accepted },
  lastUsedAt: usage.lastUsedAt,
});
