import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { Clock } from '../platform/clock.js';
import { counters } from '../platform/metrics.js';
import { FollowKeycloak } from './follow-keycloak.js';
import { RightsService } from './rights.service.js';
import type { RightsHealth } from './rights.service.js';

const COUNTS = {
  owners: 'Owners of live keys that the last pass was to read',
  confirmed: 'Owners whose rights the last pass confirmed or changed',
  changed: 'Owners whose rights the last pass changed',
  unreadable: 'Owners that the last pass could not read',
  losers: 'Owners who would have vanished or lost all rights in the last pass',
} as const;

/** What an operator watches of the synchronisation, read when it is asked for. */
@Injectable()
export class SyncMetrics {
  private reading: Promise<RightsHealth | undefined> | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly rights: RightsService,
    private readonly clock: Clock,
    follow: FollowKeycloak,
  ) {
    this.registerState();
    const help = 'Passes over many people by this replica, by outcome; failed: not finished';
    counters({ registry, name: 'apikm_sync_passes_total', help, label: 'outcome' }, follow.passes);
  }

  private registerState(): void {
    this.gauge(
      'apikm_sync_oldest_rights_age_seconds',
      'Age of the oldest rights that a live key carries',
      ({ oldestRightsReadAt }) =>
        oldestRightsReadAt ? (this.clock.millis() - oldestRightsReadAt.getTime()) / 1000 : 0,
    );
    this.gauge(
      'apikm_sync_last_success_timestamp_seconds',
      'When everybody was last read, in seconds since 1970; 0: never',
      ({ lastSuccessAt }) => (lastSuccessAt?.getTime() ?? 0) / 1000,
    );
    this.gauge(
      'apikm_sync_leader_reported_timestamp_seconds',
      'When the leading replica last gave a sign of life, in seconds since 1970; 0: never',
      ({ reportedAt }) => (reportedAt?.getTime() ?? 0) / 1000,
    );
    this.gauge(
      'apikm_sync_interval_seconds',
      'How often everybody is read (APIKM_KEYCLOAK_SYNC_FREQ); 0: not in the background',
      ({ intervalSeconds }) => Math.max(0, intervalSeconds),
    );
    this.gauge('apikm_sync_paused', '1 while an administrator has paused it', ({ paused }) => Number(paused));
    this.gauge(
      'apikm_sync_mass_change_held',
      '1 while a pass is held because too many would lose everything',
      ({ lastPass }) => Number(lastPass?.outcome === 'held'),
    );
    for (const [count, help] of Object.entries(COUNTS))
      this.gauge(
        `apikm_sync_last_pass_${count}`,
        help,
        ({ lastPass }) => lastPass?.[count as keyof typeof COUNTS] ?? 0,
      );
  }

  private gauge(name: string, help: string, value: (health: RightsHealth) => number): void {
    const read = (): Promise<RightsHealth | undefined> => this.read();
    new Gauge({
      name,
      help,
      // Of what is in the database every worker says the same.
      aggregator: 'max',
      registers: [this.registry],
      async collect() {
        const health = await read();
        if (health) this.set(value(health));
      },
    });
  }

  /** Once for all gauges of one answer. While the database is away they stay as they were. */
  private read(): Promise<RightsHealth | undefined> {
    this.reading ??= this.rights
      .health()
      .catch(() => undefined)
      .finally(() => (this.reading = undefined));
    return this.reading;
  }
}
