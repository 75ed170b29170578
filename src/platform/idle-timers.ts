import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_MS = 5000;

/**
 * Takes the timer off connections that are in use, and gives it back to those that grew quiet. Node moves a connection's
 * timer on whenever something is sent or read, which costs a verification more than a hundredth of its time.
 */
export class IdleTimers {
  /** How much was read from each when it was looked at last. */
  private readonly read = new Map<Socket, number>();

  /** @param server whose `timeout` is how long a quiet connection is kept, but for the time between two looks */
  constructor(
    private readonly server: Server,
    lookMs = LOOK_MS,
  ) {
    server.on('connection', (socket: Socket) => this.watch(socket));
    server.once('listening', () => {
      const looking = setInterval(() => this.look(), lookMs).unref();
      server.once('close', () => clearInterval(looking));
    });
  }

  private watch(socket: Socket): void {
    // Whoever connects is about to ask.
    socket.setTimeout(0);
    this.read.set(socket, 0);
    socket.once('close', () => this.read.delete(socket));
  }

  private look(): void {
    for (const [socket, before] of this.read) {
      const { bytesRead } = socket;
      const wanted = bytesRead > before ? 0 : this.server.timeout;
      if (socket.timeout !== wanted) socket.setTimeout(wanted);
      this.read.set(socket, bytesRead);
    }
  }
}
