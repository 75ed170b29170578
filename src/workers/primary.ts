import cluster from 'node:cluster';
import type { Config } from '../config/config.js';
import { endInOrder } from '../platform/early-end.js';
import type { Log } from '../platform/log.js';
import { Together } from './together.js';
import { Worker } from './worker.js';
import type { Ending, Environment } from './worker.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** One that lives longer than that did not end for the reason that its start had. */
const LASTED_MS = 10_000;
const LOOK_MS = 5000;
/** A process that gives no sign of life for half a minute does nothing else either. */
const MOST_SILENCES = 6;
/** For what is under way and for counts to be written; containers are given 30 s with a drain of 5. */
const END_WITHIN_MS = 20_000;
/** Connections of a process: verification's, the listener's, and the leader's. */
const BESIDE_THE_POOL = 6;
const CONTEXT = 'Workers';

interface Given {
  readonly config: Pick<Config, 'http' | 'services' | 'database'>;
  /** What these settings were read from. */
  readonly env: Environment;
  readonly log: Log;
}

/** Has so many workers serve until a signal ends them. @returns the exit status */
export function lead(workers: number, given: Given): Promise<number> {
  given.log.log(`${workers} workers are to serve${connections(workers, given.config)}`, CONTEXT);
  return new Primary(workers, given).run();
}

/** Keeps so many workers serving, from start to end. It answers no request itself, so that nothing there can end it. */
class Primary {
  private readonly workers = new Set<Worker>();
  private readonly together = new Together(this.workers);
  /** Started before the catalogue of services was to be read again, and not able to hear of it yet. */
  private readonly uninformed = new WeakSet<Worker>();
  private isEnding = false;
  private status = 0;
  private finish: (status: number) => void = () => {};

  private readonly log: Log;
  private readonly env: Environment;

  constructor(
    private readonly count: number,
    private readonly given: Given,
  ) {
    this.log = given.log;
    const ours = Object.entries(given.env).filter(([name]) => /^(?:APIKM_|NODE_ENV$)/.test(name));
    this.env = Object.fromEntries(ours);
  }

  /** Until the last worker has ended. @returns the exit status */
  run(): Promise<number> {
    cluster.setupPrimary({ silent: true });
    for (const signal of endInOrder()) process.on(signal, () => this.end());
    // Without a catalogue nobody waits for it, and it ends a process as ever.
    if (this.given.config.services.file !== undefined) process.on('SIGHUP', () => this.hangUp());
    setInterval(() => this.lookAfter(), LOOK_MS).unref();
    return new Promise((resolve) => {
      this.finish = resolve;
      // Alone: what is wrong with the settings, the database or the port is said once, and what is done once at a
      // start is done when the others begin.
      this.begin();
    });
  }

  private begin(failures = 0): void {
    if (this.isEnding) return;
    const answers = {
      metrics: () => this.together.metrics(),
      count: this.together.count.bind(this.together),
    };
    const worker = new Worker(this.env, answers, (one) => this.serves(one), failures);
    this.workers.add(worker);
    const print = {
      out: (lines: string) => this.log.pass(lines),
      error: (lines: string) => void process.stderr.write(lines),
    };
    void worker.ended(print).then((ending) => this.ended(worker, ending));
  }

  private serves(worker: Worker): void {
    this.log.log(`${worker.name} serves`, CONTEXT);
    if (this.uninformed.has(worker)) worker.signal('SIGHUP');
    if (worker.isFirst) for (let i = 1; i < this.count; i += 1) this.begin();
  }

  private ended(worker: Worker, ending: Ending): void {
    this.workers.delete(worker);
    this.together.outlive(worker);
    if (this.isEnding) this.noteEnd(worker, ending);
    else if (worker.serves || this.together.serving().length > 0) this.replace(worker, ending);
    else this.giveUp(worker, ending);
    if (this.isEnding && this.workers.size === 0) this.finish(this.status);
  }

  private replace(worker: Worker, ending: Ending): void {
    const lasted = performance.now() - worker.startedAt > LASTED_MS;
    const failures = lasted ? 0 : worker.failures + 1;
    const pauseMs = lasted ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    const when = lasted ? 'at once' : `in ${pauseMs / 1000} s`;
    this.log.warn(`${worker.name} ended${by(ending)}; another one takes its place ${when}`, CONTEXT);
    setTimeout(() => this.begin(failures), pauseMs);
  }

  /** Nobody serves, and a start fails: so it ends as a single process does, for whoever started it to try again. */
  private giveUp(worker: Worker, ending: Ending): void {
    // With a status of its own it has said why.
    if (ending.status === null)
      this.log.fatal(`${worker.name} ended${by(ending)} before it served, and no other serves`, CONTEXT);
    this.status = ending.status || 1;
    this.end();
  }

  private noteEnd(worker: Worker, ending: Ending): void {
    if (ending.status === 0 || !worker.serves) return;
    this.log.error(`${worker.name} ended${by(ending)}: what it had not written is lost`, CONTEXT);
    this.status = 1;
  }

  private end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    for (const worker of this.workers) worker.signal('SIGTERM');
    setTimeout(
      () => this.workers.forEach((worker) => worker.signal('SIGKILL')),
      this.given.config.http.drainSeconds * 1000 + END_WITHIN_MS,
    ).unref();
    if (this.workers.size === 0) this.finish(this.status);
  }

  private hangUp(): void {
    for (const worker of this.workers)
      if (worker.serves) worker.signal('SIGHUP');
      else this.uninformed.add(worker);
  }

  /** One that hangs gets no more connections, but would keep those that it has. */
  private lookAfter(): void {
    for (const worker of this.together.serving()) {
      worker.silences += 1;
      if (worker.silences !== MOST_SILENCES) continue;
      this.log.error(`${worker.name} has given no sign of life for half a minute and is killed`, CONTEXT);
      worker.signal('SIGKILL');
    }
  }
}

const by = ({ status, signal }: Ending): string => (signal ? ` by ${signal}` : ` with status ${status}`);

/** Each has pools of its own, and PostgreSQL may admit fewer than all of them together open. */
function connections(workers: number, { database }: Given['config']): string {
  if (database.kind !== 'postgresql') return '';
  const most = workers * (database.poolSize + BESIDE_THE_POOL);
  return `, with up to ${most} connections to PostgreSQL`;
}
