import type { DestinationStream } from 'pino';

/** Loaded only where people read the lines. */
export async function pretty(): Promise<DestinationStream> {
  const { default: format } = await import('pino-pretty');
  return format({
    sync: true,
    singleLine: true,
    colorize: process.stdout.isTTY,
    ignore: 'context,worker',
    messageFormat: '{if worker}[{worker}] {end}{if context}{context}: {end}{msg}',
  });
}
