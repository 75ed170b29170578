import { Readable } from 'node:stream';
import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { ListedKey } from '../api-keys/api-keys.service.js';
import { limitsOf } from '../api-keys/limits.js';
import type { User } from '../auth/current-user.js';
import { Config } from '../config/config.js';
import { letGo } from '../database/let-go.js';
import { overlaidConfig } from '../owners/attributes.js';
import { opened } from '../platform/opened.js';
import { UsageService } from '../usage/usage.service.js';
import type { Totals } from '../usage/usage.service.js';
import { printNaive } from './python-datetime.js';

/** So many keys take about two milliseconds in which nothing else is done. */
const KEYS_A_PART = 100;

/**
 * A person's keys as one JSON array, the latest used first, made while it is sent: somebody may have 100,000 of them. Only
 * their ids are held. Of all lists one part is made at a time, so that verifications have their turn, however many ask.
 */
@Injectable()
export class LegacyList {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly keys: ApiKeysService,
    private readonly usage: UsageService,
  ) {}

  /** Its begin is read before it is given, so that a database that is away is still an answer. */
  async open(user: User): Promise<Readable> {
    const ids = await this.inTurn(() => this.usage.idsInOrderOfUse(user.id));
    return Readable.from(join(await opened(this.parts(user, ids))));
  }

  /** @param ids one a line */
  private async *parts(user: User, ids: string): AsyncGenerator<string, void> {
    for (let [at, end] = [0, 0]; at < ids.length; at = end + 1) {
      end = endOfPart(ids, at);
      const part = await this.inTurn(() => this.part(user, ids.slice(at, end).split('\n')));
      if (part !== '') yield part;
    }
  }

  /** Rows joined by commas; a key that is gone meanwhile is left out. */
  private async part(user: User, ids: readonly string[]): Promise<string> {
    await otherWork();
    const found = await this.keys.listById(user.id, ids);
    const keys = new Map(found.map((key) => [key.id, key]));
    letGo(found);
    const totals = await this.usage.totals(ids);
    return ids
      .flatMap((id) => keys.get(id) ?? [])
      .map((key) => JSON.stringify(this.row(key, user, totals.get(key.id))))
      .join(',');
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => {});
    return next;
  }

  /** Top-level nulls are left out, as the predecessor left them. */
  private row(key: ListedKey, user: User, totals: Totals | undefined) {
    const limits = limitsOf(key.limits);
    const row = {
      api_key: key.digest,
      name: key.name,
      user_login: user.login,
      user_active: user.enabled,
      is_active: key.revokedAt === null && key.enabled,
      never_expire: key.neverExpires,
      expiration_date: printNaive(key.expiresAt, key.microseconds),
      latest_query_date: totals?.lastUsedAt ? printNaive(totals.lastUsedAt) : null,
      total_queries: totals?.accepted ?? 0,
      latest_sync_date: user.rightsReadAt ? printNaive(user.rightsReadAt) : null,
      iam_roles: user.roles.filter((role) => limits.roles === null || limits.roles.includes(role)),
      config: overlaidConfig(key.config, user, this.config.oidc.attributes),
      allowed_referers: limits.allowedReferers,
    };
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  }
}

function endOfPart(ids: string, from: number): number {
  let end = from - 1;
  for (let i = 0; i < KEYS_A_PART && end < ids.length; i += 1) {
    const next = ids.indexOf('\n', end + 1);
    end = next < 0 ? ids.length : next;
  }
  return end;
}

async function* join(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let before = '[';
  for await (const part of parts) {
    yield before + part;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
