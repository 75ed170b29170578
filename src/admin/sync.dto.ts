import { IsIn } from 'class-validator';

export const SYNC_ACTIONS = ['now', 'pause', 'resume', 'confirmMassChange'] as const;

export class SyncActionDto {
  /**
   * `now` reads everybody and answers when that is done (10 s at most). `confirmMassChange` does the same and lets
   * it take effect, however many lose everything. `pause` and `resume` hold for all replicas.
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

  /** `each`: people were read one by one. `lists`: by the realm's lists. `events`: those that events named. */
  mode: 'each' | 'lists' | 'events';

  /** `incomplete`: some could not be read. `held`: nothing was written, since too many would have lost everything. */
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

  /** When that replica said what stands below of Keycloak: once a minute at least, or nobody leads. */
  reportedAt: Date | null;

  /** Changes are followed within seconds, by Keycloak's admin events. */
  eventFeed: boolean;

  /** What the service account may not do, and what that costs. */
  missingRights: string[];

  lastSuccessAt: Date | null;

  /** The oldest confirmation of an owner of live keys. */
  oldestRightsReadAt: Date | null;

  /** Requests of that replica to Keycloak since its start. */
  calls: CallsDto;

  lastPass: PassDto | null;

  /** The latest over everybody, the last one first; 20 at most. */
  passes: PassDto[];
}
