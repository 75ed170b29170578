import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Config } from '../config/config.js';
import { Listener } from '../database/listener.js';
import { Redis } from '../database/redis.js';

/** 'gap': changes may have been missed, so everything is to be looked at anew. */
export type Change =
  | { readonly kind: 'key'; readonly digest: string }
  | { readonly kind: 'owner'; readonly ownerId: string }
  | { readonly kind: 'gap' };

const CHANNEL = 'apikm_changes';
const REDIS_CHANNEL = 'changes';
const RETRY_MS = 1000;
const GAP: Change = { kind: 'gap' };

/**
 * Two ways to the other replicas. NOTIFY goes with the transaction, so that a change is never without it; Redis,
 * where there is one, goes after the commit and reaches those whose LISTEN hears nothing, behind a pooler. Whatever
 * comes twice, or comes back to the one that announced it, is just forgotten twice.
 */
@Injectable()
export class Invalidation implements OnModuleInit {
  private readonly subscribers: ((change: Change) => void)[] = [];

  /** A change that could not be published: others may have missed it, and hear so as soon as it can be. */
  private unpublished: NodeJS.Timeout | undefined;

  private lastPublished: Promise<void> = Promise.resolve();

  constructor(
    private readonly listener: Listener,
    private readonly redis: Redis,
  ) {}

  async onModuleInit(): Promise<void> {
    const hear = (payload: string): void => this.deliver(parse(payload));
    const miss = (): void => this.deliver(GAP);
    this.redis.subscribe(REDIS_CHANNEL, hear, () => {
      miss();
      if (this.unpublished) this.publish(GAP);
    });
    await this.listener.listen(CHANNEL, hear, miss);
  }

  subscribe(onChange: (change: Change) => void): void {
    this.subscribers.push(onChange);
  }

  /** Announces it to every replica, when the caller's transaction commits. */
  async announce(manager: EntityManager, change: Change): Promise<void> {
    await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, format(change)]);
  }

  /** Lets this process know at once, and the others without waiting: call it after the commit and before the answer. */
  apply(change: Change): void {
    this.deliver(change);
    this.publish(change);
  }

  /** For a process that ends now: whether everybody who hears by Redis alone has heard everything. */
  async allPublished(): Promise<boolean> {
    // They are answered in the order in which they were sent.
    await this.lastPublished;
    return this.unpublished === undefined;
  }

  private publish(change: Change): void {
    this.lastPublished = this.redis.publish(REDIS_CHANNEL, format(change)).then(
      () => this.published(change),
      () => void (this.unpublished ??= setTimeout(() => this.publishAgain(), RETRY_MS).unref()),
    );
  }

  private published(change: Change): void {
    if (change.kind !== 'gap') return;
    clearTimeout(this.unpublished);
    this.unpublished = undefined;
  }

  private publishAgain(): void {
    this.unpublished = undefined;
    this.publish(GAP);
  }

  private deliver(change: Change): void {
    for (const subscriber of this.subscribers) subscriber(change);
  }
}

function format(change: Change): string {
  switch (change.kind) {
    case 'key':
      return `k:${change.digest}`;
    case 'owner':
      return `o:${change.ownerId}`;
    case 'gap':
      return 'g:';
  }
}

function parse(payload: string): Change {
  const rest = payload.slice(2);
  if (payload.startsWith('k:')) return { kind: 'key', digest: rest };
  if (payload.startsWith('o:')) return { kind: 'owner', ownerId: rest };
  return { kind: 'gap' };
}

/** What to tell whoever changed something with a command, where not all was published. */
export const unheard = ({ verification }: Pick<Config, 'verification'>): string =>
  `Redis could not be notified. Servers that listen to PostgreSQL's NOTIFY know of the change; others will within ${verification.freshSeconds} seconds.`;
