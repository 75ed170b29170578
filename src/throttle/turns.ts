interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

/** Of one caller: more can't be answered while anybody waits. */
const MOST_WAITING = 5000;

/** What is under way for each caller, and who waits for it: what a limit counts at its end must not begin all at once. */
export class Turns {
  private readonly queues = new Map<string, Queue>();

  /** @param mostOf how much may be under way for a caller at the moment; one always may */
  constructor(private readonly mostOf: (caller: string) => number) {}

  /** Whether it may begin now, `patienceMs` later at most; whoever began has to `leave`. */
  enter(caller: string, patienceMs: number): boolean | Promise<boolean> {
    let queue = this.queues.get(caller);
    if (!queue) this.queues.set(caller, (queue = { running: 0, waiting: [] }));
    if (queue.waiting.length >= MOST_WAITING) return false;
    if (queue.waiting.length > 0 || !this.hasRoom(caller, queue)) return wait(queue, patienceMs);
    queue.running += 1;
    return true;
  }

  leave(caller: string): void {
    const queue = this.queues.get(caller)!;
    queue.running -= 1;
    while (queue.waiting.length > 0 && this.hasRoom(caller, queue)) {
      queue.running += 1;
      queue.waiting.shift()!();
    }
    if (queue.running === 0) this.queues.delete(caller);
  }

  private hasRoom(caller: string, { running }: Queue): boolean {
    return running < Math.max(1, this.mostOf(caller));
  }
}

function wait({ waiting }: Queue, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const begin = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(begin), 1);
      resolve(false);
    }, patienceMs);
    waiting.push(begin);
  });
}
