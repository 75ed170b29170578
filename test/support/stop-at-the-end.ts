import { onTestFinished, TestRunner } from 'vitest';

/** Of what a test starts, also of one that fails. What is started for several tests is stopped after them. */
export function stopAtTheEnd(started: { stop(): Promise<unknown> }): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => void (await started.stop()));
}
