import { openLog } from './log.js';

/** Why the process ends, for whoever reads its log: a person, or a program that takes JSON alone. */
export async function lastWords(format: 'json' | 'pretty', sentence: string, error: unknown): Promise<void> {
  const { message } = error as Error;
  if (format === 'pretty') return console.error(`${sentence}: ${message}`);
  const log = await openLog({ log: { level: 'fatal', format } });
  log.fatal({ err: error }, `${sentence}: ${message}`);
}
