import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload } from 'oidc-provider';

const MOST = 10_000;

/** What the provider remembers of logins, for as long as the process lives. */
export class MemoryAdapter implements Adapter {
  private static readonly items = new LRUCache<string, AdapterPayload>({ max: MOST });

  constructor(private readonly kind: string) {}

  async upsert(id: string, payload: AdapterPayload, seconds: number): Promise<void> {
    MemoryAdapter.items.set(this.key(id), payload, { ttl: seconds ? seconds * 1000 : undefined });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return MemoryAdapter.items.get(this.key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.first((item) => item.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.first((item) => item.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const item = MemoryAdapter.items.get(this.key(id));
    if (item) item.consumed = true;
  }

  async destroy(id: string): Promise<void> {
    MemoryAdapter.items.delete(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, item] of MemoryAdapter.items.entries()) {
      if (item.grantId === grantId) MemoryAdapter.items.delete(key);
    }
  }

  private key(id: string): string {
    return `${this.kind}:${id}`;
  }

  private first(matches: (item: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, item] of MemoryAdapter.items.entries()) {
      if (key.startsWith(`${this.kind}:`) && matches(item)) return item;
    }
    return undefined;
  }
}
