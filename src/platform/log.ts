import cluster from 'node:cluster';
import type { LoggerService } from '@nestjs/common';
import { destination, pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { pretty } from './log-pretty.js';
import type { Config } from '../config/config.js';
import { maskKeys } from './redact.js';

/** What Nest tells of its own start; the rest of the lines are the features'. */
const FRAMEWORK = /^(?:InstanceLoader|RouterExplorer|RoutesResolver|NestFactory|NestApplication)$/;

/** One line a happening, to the standard output, JSON or readable; no line ever holds a key. */
export async function openLog({ log }: Pick<Config, 'log'>, out?: DestinationStream): Promise<Log> {
  // What a worker prints goes through the primary, which makes it readable where it is to be.
  const { worker } = cluster;
  const isPretty = log.format === 'pretty' && !worker;
  const sink = out ?? (isPretty ? await pretty() : destination({ fd: 1, sync: false }));
  const masked = { write: (line: string) => sink.write(maskKeys(line)) };
  const root = pino(
    {
      level: log.level,
      base: worker && { worker: worker.id },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describeError },
    },
    masked,
  );
  return new Log(root, sink);
}

/** Nest's logger on pino: `logger.warn('sentence')` or `logger.warn({ …fields }, 'sentence')`. */
export class Log implements LoggerService {
  constructor(
    readonly pino: Logger,
    private readonly sink: DestinationStream,
  ) {}

  /** Hands on lines of another process of ours. */
  pass(lines: string): void {
    this.sink.write(lines);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(FRAMEWORK.test(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest gives what the caller gave, and the logger's context last. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ) {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const fields = typeof message === 'object' && message !== null ? message : {};
    const sentence = typeof message === 'string' ? message : rest.length > 1 ? String(rest[0]) : undefined;
    this.pino[level]({ context, ...(fields instanceof Error ? { err: fields } : fields) }, sentence);
  }
}

/** Never all of an error's own fields: a database error carries the values of its statement. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return { name, code, message, stack, cause: cause === undefined ? undefined : describeError(cause) };
}
