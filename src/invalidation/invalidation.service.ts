import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Listener } from '../database/listener.js';

/** 'gap': changes may have been missed, so everything is to be looked at anew. */
export type Change =
  | { readonly kind: 'key'; readonly digest: string }
  | { readonly kind: 'owner'; readonly ownerId: string }
  | { readonly kind: 'gap' };

const CHANNEL = 'apikm_changes';

@Injectable()
export class Invalidation implements OnModuleInit {
  private readonly subscribers: ((change: Change) => void)[] = [];

  constructor(private readonly listener: Listener) {}

  async onModuleInit(): Promise<void> {
    await this.listener.listen(
      CHANNEL,
      (payload) => this.apply(parse(payload)),
      () => this.apply({ kind: 'gap' }),
    );
  }

  subscribe(onChange: (change: Change) => void): void {
    this.subscribers.push(onChange);
  }

  /** Tells every replica, when the caller's transaction commits. */
  async announce(manager: EntityManager, change: Change): Promise<void> {
    await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, format(change)]);
  }

  /** Tells this process at once: call it after the commit and before the answer. */
  apply(change: Change): void {
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
