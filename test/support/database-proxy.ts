import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { stopAtTheEnd } from './stop-at-the-end.js';

/** As the driver sends it: the kind of message, its length, the statement. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');
/** The last statement of a batch of counts. */
const LAST_OF_BATCH = 'INSERT INTO usage_of_all';

/** A connection takes statements. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** What an administrator's word, or the end of the database, does to a connection. */
const ENDED = Buffer.from('E\0\0\0\x24SFATAL\0C57P01\0Mended by a test\0\0', 'latin1');

interface Line {
  readonly client: Socket;
  readonly database: Socket;
  writesCounts: boolean;
  /** Answers are kept here instead of handed on. */
  held: Buffer[] | undefined;
}

/** What becomes of a message on its way to the database. @returns whether this was the message it waited for */
type Fault = (line: Line, message: Buffer) => boolean;

/** Stands between a server and its PostgreSQL, and breaks a line at the very message where it hurts. */
export class DatabaseProxy {
  private readonly lines = new Set<Line>();
  private fault: Fault | undefined;
  private delayMs = 0;
  private ending = 0;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async start(target: string): Promise<DatabaseProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new DatabaseProxy(new URL(target), server);
    stopAtTheEnd(proxy);
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts the line at the COMMIT of the next batch of counts: before the database has it, or when it has done it and answers. */
  cutAtCommit(when: 'before' | 'after'): Promise<void> {
    return this.next((line, message, done) => {
      if (!line.writesCounts || !message.includes(COMMIT)) return false;
      const cut = () => {
        line.client.destroy();
        line.database.destroy();
        done();
      };
      if (when === 'before') cut();
      else {
        line.held = [];
        line.database.once('data', cut);
        line.database.write(message);
      }
      return true;
    });
  }

  /** Holds back all answers on the line of the next statement that has these words. @returns when it is there, how to let go */
  async holdAt(words: string): Promise<() => void> {
    let letGo = (): void => {};
    await this.next((line, message, done) => {
      if (!message.includes(words)) return false;
      line.held = [];
      letGo = () => {
        for (const answer of line.held ?? []) line.client.write(answer);
        line.held = undefined;
      };
      line.database.write(message);
      done();
      return true;
    });
    return () => letGo();
  }

  /** Every answer from now on comes this much later, in its order. */
  slowDown(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** So many new connections are ended in the very moment in which they are ready. */
  endNext(connections: number): void {
    this.ending = connections;
  }

  /** Every connection that there is now; new ones are taken. */
  cut(): void {
    for (const { client, database } of this.lines) {
      client.destroy();
      database.destroy();
    }
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private next(act: (line: Line, message: Buffer, done: () => void) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.fault = (line, message) => act(line, message, resolve);
    });
  }

  private join(client: Socket): void {
    const database = connect(Number(this.target.port), this.target.hostname);
    const line: Line = { client, database, writesCounts: false, held: undefined };
    this.lines.add(line);
    client.on('data', (message) => this.pass(line, message));
    database.on('data', (answer) => this.answer(line, answer));
    for (const [end, other] of [
      [client, database],
      [database, client],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => {
        other.destroy();
        this.lines.delete(line);
      });
    }
  }

  private answer({ held, client, database }: Line, answer: Buffer): void {
    if (held) held.push(answer);
    else if (this.delayMs > 0) setTimeout(() => client.write(answer), this.delayMs);
    else if (this.ending > 0 && answer.includes(READY)) {
      this.ending -= 1;
      client.write(Buffer.concat([answer, ENDED]));
      database.end();
    } else client.write(answer);
  }

  private pass(line: Line, message: Buffer): void {
    if (this.fault?.(line, message)) this.fault = undefined;
    else line.database.write(message);
    if (message.includes(LAST_OF_BATCH)) line.writesCounts = true;
    else if (message.includes(COMMIT)) line.writesCounts = false;
  }
}
