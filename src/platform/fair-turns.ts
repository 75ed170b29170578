import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Of one connection, before others have their turn. */
const MOST_AT_A_TIME = 64;

/** How long connections are left alone that read none of their answers. */
const STUCK_MS = 20;

type Exchange = [IncomingMessage, ServerResponse];

/**
 * Lets no connection keep the others waiting. One that sends its requests without reading the answers hands Node
 * thousands of them at a time: of those some are answered, then everybody else, then some more; and while its answers
 * pile up, nothing more is read from it.
 */
export class FairTurns {
  /** What waits, by connection; the one whose turn is next in front. */
  private readonly waiting = new Map<Socket, Exchange[]>();
  private scheduled = false;
  /** The connection that was served last, and how often in a row. */
  private last: Socket | undefined;
  private run = 0;

  constructor(private readonly serve: RequestListener) {}

  take(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    if (socket !== this.last) {
      this.last = socket;
      this.run = 0;
    }
    this.run += 1;
    if (this.run <= MOST_AT_A_TIME && (this.waiting.size === 0 || !this.waiting.has(socket)))
      this.serve(req, res);
    else this.defer(socket, [req, res]);
  }

  private defer(socket: Socket, exchange: Exchange): void {
    const queue = this.waiting.get(socket);
    if (queue) return void queue.push(exchange);
    hold(socket);
    this.line(socket, [exchange]);
  }

  /** Behind all others. */
  private line(socket: Socket, queue: Exchange[]): void {
    this.waiting.set(socket, queue);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.goOn());
  }

  /** One connection at a time: what it sent meanwhile takes Node a while to read, too. */
  private goOn(): void {
    this.scheduled = false;
    this.last = undefined;
    for (const [socket, queue] of this.waiting) {
      if (socket.writableNeedDrain && !socket.destroyed) continue;
      this.waiting.delete(socket);
      this.serveSome(socket, queue);
      break;
    }
    this.keepGoing();
  }

  private serveSome(socket: Socket, queue: Exchange[]): void {
    if (socket.destroyed) return;
    for (const [req, res] of queue.splice(0, MOST_AT_A_TIME)) this.serve(req, res);
    if (queue.length > 0) this.waiting.set(socket, queue);
    else release(socket);
  }

  /** Those that read no answers are looked at again a little later. */
  private keepGoing(): void {
    if (this.waiting.size === 0 || this.scheduled) return;
    this.scheduled = true;
    const isStuck = [...this.waiting.keys()].every((socket) => socket.writableNeedDrain && !socket.destroyed);
    if (isStuck) setTimeout(() => this.goOn(), STUCK_MS);
    else setImmediate(() => this.goOn());
  }
}

/** Reads no more from it. Node resumes a socket at the end of every request, so for a while it can't be resumed. */
function hold(socket: Socket): void {
  socket.pause();
  socket.resume = () => socket;
}

function release(socket: Socket): void {
  // What stands on the prototype is back.
  delete (socket as Partial<Socket>).resume;
  socket.resume();
}
