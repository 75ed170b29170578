import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { Clock } from '../platform/clock.js';
import { SyncStatus } from './sync-status.js';

type Last = NonNullable<Awaited<ReturnType<SyncStatus['read']>>['lastPass']>;

const COUNTS = ['owners', 'confirmed', 'changed', 'unreadable', 'losers'] as const satisfies (keyof Last)[];

/** What an operator watches of the synchronisation, read when it is asked for. */
@Injectable()
export class SyncMetrics {
  constructor(
    private readonly registry: Registry,
    private readonly status: SyncStatus,
    private readonly clock: Clock,
  ) {
    this.register();
  }

  private register(): void {
    const registers = [this.registry];
    const age = new Gauge({
      name: 'apikm_sync_oldest_rights_age_seconds',
      help: 'Age of the oldest rights that a live key carries',
      registers,
    });
    const success = new Gauge({
      name: 'apikm_sync_last_success_timestamp_seconds',
      help: 'When everybody was last read, in seconds since 1970; 0: never',
      registers,
    });
    const pass = new Gauge({
      name: 'apikm_sync_last_pass_owners',
      help: 'Owners in the last pass over everybody, by what became of them',
      labelNames: ['state'],
      registers,
    });
    const held = new Gauge({
      name: 'apikm_sync_mass_change_held',
      help: '1 while a pass is held because too many would lose everything',
      registers,
    });
    this.registerCalls();
    // One read of the database serves all of them.
    Object.assign(age, {
      collect: async () => {
        const { oldestRightsReadAt, lastSuccessAt, lastPass } = await this.status.read();
        age.set(oldestRightsReadAt ? (this.clock.millis() - oldestRightsReadAt.getTime()) / 1000 : 0);
        success.set((lastSuccessAt?.getTime() ?? 0) / 1000);
        held.set(lastPass?.outcome === 'held' ? 1 : 0);
        if (lastPass) for (const state of COUNTS) pass.set({ state }, lastPass[state]);
      },
    });
  }

  private registerCalls(): void {
    const registers = [this.registry];
    const { calls } = this.status;
    const made = new Counter({
      name: 'apikm_keycloak_requests_total',
      help: 'Requests to Keycloak',
      registers,
      collect: () => {
        made.reset();
        made.inc(calls.made);
      },
    });
    const failed = new Counter({
      name: 'apikm_keycloak_failures_total',
      help: 'Requests to Keycloak without a usable answer, by kind',
      labelNames: ['kind'],
      registers,
      collect: () => {
        failed.reset();
        for (const [kind, count] of Object.entries(calls.failed)) failed.inc({ kind }, count);
      },
    });
  }
}
