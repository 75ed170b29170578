import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { stopAtTheEnd } from './stop-at-the-end.js';

const PAUSE_MS = 20;

/** Makes keys one after another, revokes every other one, and knows what was acknowledged. */
export class KeyWrites {
  readonly made = new Set<string>();
  readonly revoked = new Set<string>();
  /** Answers that were none of success, and requests without one. */
  refused = 0;
  private isOver = false;
  private readonly writing: Promise<void>;

  /** Begins at once. @param token whose keys they are */
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {
    this.writing = this.writeOften();
    stopAtTheEnd(this);
  }

  get acknowledged(): number {
    return this.made.size + this.revoked.size;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.writing;
  }

  /** How many acknowledged writes the database doesn't have. */
  async missing(database: pg.Pool): Promise<number> {
    const { rows } = await database.query<{ id: string; over: boolean }>(
      'SELECT id, revoked_at IS NOT NULL AS over FROM api_keys WHERE id = ANY($1)',
      [[...this.made]],
    );
    const over = new Set(rows.filter((row) => row.over).map(({ id }) => id));
    return this.made.size - rows.length + [...this.revoked].filter((id) => !over.has(id)).length;
  }

  private async writeOften(): Promise<void> {
    for (let n = 0; !this.isOver; n += 1) {
      const made = await this.post('/v1/keys', { name: `key ${n}` });
      if (made) this.made.add(made.id);
      if (made && n % 2 === 0 && (await this.post(`/v1/keys/${made.id}/revoke`, {})))
        this.revoked.add(made.id);
      await pause(PAUSE_MS);
    }
  }

  private async post(path: string, body: object): Promise<{ id: string } | undefined> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.token}` };
    const answer = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) }).then(
      async (response) => (response.ok ? ((await response.json()) as { id: string }) : undefined),
      () => undefined,
    );
    if (!answer) this.refused += 1;
    return answer;
  }
}
