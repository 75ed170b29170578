import { expect, it } from 'vitest';
import type { Gate, Reply } from './gateway.js';

/** While the manager can't be asked. */
export function staysShutAlone(open: () => Gate): void {
  /** The quickest of three: who has to wait for a processor may well be later. */
  const answerWithin = async (headers: Record<string, string>): Promise<[Reply, number]> => {
    let [reply, quickest]: [Reply | undefined, number] = [undefined, Infinity];
    for (let i = 0; i < 3; i += 1) {
      const startedAt = performance.now();
      reply = await open().ask('/x.tif', headers);
      quickest = Math.min(quickest, performance.now() - startedAt);
    }
    return [reply!, quickest];
  };

  const isAway = async (key: string): Promise<void> => {
    const asked = await open().arriving(async () => {
      const [{ status, headers, body }, ms] = await answerWithin({ 'x-api-key': key });
      expect(status).toBe(503);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(body).not.toContain(key);
      expect(ms).toBeLessThan(1000);
    });
    expect(asked).toEqual([]);
  };

  it('says within a second that it is for later while the manager hangs, and passes at once when it is back', async () => {
    const gate = open();
    const { key } = await gate.newKey();
    expect((await gate.ask('/x.tif', { 'x-api-key': key })).status).toBe(200);
    const wake = gate.hangManager();
    await isAway(key).finally(wake);
    expect((await gate.ask('/x.tif', { 'x-api-key': key })).status).toBe(200);
  });

  it('hides nothing that the service itself says', async () => {
    const gate = open();
    const { key } = await gate.newKey();
    for (const status of [401, 403, 404, 429, 500, 502, 503, 504]) {
      const answer = await gate.ask(`/status/${status}`, { 'x-api-key': key });
      expect(answer).toMatchObject({ status, body: 'the service itself' });
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['retry-after']).toBeUndefined();
    }
  });

  it('says within a second that it is for later while the manager is away', async () => {
    const gate = open();
    const { key } = await gate.newKey();
    await gate.stopManager();
    await isAway(key);
  });
}
