import { setTimeout as pause } from 'node:timers/promises';

/** Waits until it holds. @throws Error after ten seconds */
export async function waitFor(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error('it did not come to hold within 10 s');
}
