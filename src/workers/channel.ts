import type { EventEmitter } from 'node:events';

const PATIENCE_MS = 2000;

// Of any arguments: what exactly each takes is said by the interface that a side is made for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Side<T> = { [Name in keyof T]: (...args: any[]) => unknown };

/** The other process: a worker to the primary, the primary to a worker. */
interface Peer extends EventEmitter {
  readonly connected: boolean;
  send?(message: object, onSent: (error: Error | null) => void): boolean;
}

interface Call {
  readonly call: string;
  readonly id: number;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly answerTo: number;
  readonly value?: unknown;
  readonly problem?: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls between the primary and a worker, in both directions. @template Theirs what the other side answers to */
export class Channel<Theirs extends Side<Theirs>> {
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  /** @param own what this side answers to */
  constructor(
    private readonly peer: Peer,
    private readonly own: Readonly<Record<string, (...args: never[]) => unknown>>,
  ) {
    peer.on('message', (message: Call | Answer) => {
      if ('call' in message) void this.answer(message);
      else if ('answerTo' in message) this.settle(message);
    });
    peer.on('disconnect', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the other process is gone'));
    });
  }

  /** @throws Error when the other side is gone, fails, or takes longer than two seconds */
  call<Name extends keyof Theirs & string>(
    name: Name,
    ...args: Parameters<Theirs[Name]>
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    const id = (this.calls += 1);
    let patience: NodeJS.Timeout | undefined;
    return new Promise<Awaited<ReturnType<Theirs[Name]>>>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      patience = setTimeout(() => reject(new Error(`no answer to ${name}`)), PATIENCE_MS).unref();
      this.send({ call: name, id, args }, reject);
    }).finally(() => {
      clearTimeout(patience);
      this.waiting.delete(id);
    });
  }

  private async answer({ call, id, args }: Call): Promise<void> {
    try {
      this.send({ answerTo: id, value: await this.own[call]!(...(args as never[])) });
    } catch (error) {
      this.send({ answerTo: id, problem: String(error) });
    }
  }

  private settle({ answerTo, value, problem }: Answer): void {
    const waiting = this.waiting.get(answerTo);
    if (problem === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(problem));
  }

  private send(message: Call | Answer, onProblem: (error: Error) => void = () => {}): void {
    // With a callback: without one, a process that is gone would be an event that ends this one.
    if (this.peer.connected) this.peer.send!(message, (error) => error && onProblem(error));
    else onProblem(new Error('the other process is gone'));
  }
}
