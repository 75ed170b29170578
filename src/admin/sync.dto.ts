import { IsIn } from 'class-validator';

export const SYNC_ACTIONS = ['now', 'pause', 'resume', 'confirmMassChange'] as const;

export class SyncActionDto {
  /**
   * `now` reads everyone and answers when that is done (10 s at most). `confirmMassChange` does the same and lets it
   * take effect, however many people lose everything. `pause` and `resume` hold for all replicas.
   * @example now
   */
  @IsIn(SYNC_ACTIONS)
  action: (typeof SYNC_ACTIONS)[number];
}

export class PassDto {
  /** @example 2026-11-24T09:00:00.000Z */
  startedAt: string;

  /** @example 2026-11-24T09:00:02.000Z */
  finishedAt: string;

  /** `each`: people were read one by one. `lists`: by the realm's lists. `events`: only people that events named. */
  mode: 'each' | 'lists' | 'events';

  /**
   * `incomplete`: some could not be read. `held`: nothing was written, because too many people would have lost
   * everything.
   */
  outcome: 'done' | 'incomplete' | 'held';

  /** @example 120 */
  owners: number;

  /** @example 120 */
  confirmed: number;

  /** @example 3 */
  changed: number;

  /** @example 0 */
  unreadable: number;

  /** How many would vanish or lose all rights. */
  losers: number;

  /** The first failure, in words. */
  problem: string | null;
}

export class CallsDto {
  made: number;

  /**
   * By kind of failure.
   * @example {"timeout":2}
   */
  failed: Record<string, number>;
}

export class SyncDto {
  paused: boolean;

  /** @example 300 */
  intervalSeconds: number;

  /**
   * The host of the replica that synchronises; null: none has yet.
   * @example apikeymanager-6d5f
   */
  leader: string | null;

  /** When that replica last reported on Keycloak, as below: at least once a minute, unless no replica leads. */
  reportedAt: Date | null;

  /** Changes are followed within seconds, by Keycloak's admin events. */
  eventFeed: boolean;

  /** What the service account may not do, and the consequence. */
  missingRights: string[];

  lastSuccessAt: Date | null;

  /** The oldest confirmation of an owner of live keys. */
  oldestRightsReadAt: Date | null;

  /** Requests of that replica to Keycloak since its start. */
  calls: CallsDto;

  lastPass: PassDto | null;

  /** The latest passes over everyone, latest first; at most 20. */
  passes: PassDto[];
}
