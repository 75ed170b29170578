import type { Cluster, Redis as Connection } from 'ioredis';
import { told } from './redis-link.js';
import type { LinkUser } from './redis-link.js';

/**
 * The masters of a cluster. It is ready while the master of every part of the keys answers, for what is counted there
 * is counted alone otherwise. Another master in the place of one that died is found by itself.
 */
export class ClusterLink {
  isReady = false;
  private probing = false;
  private nodeProblem = '';
  private user: LinkUser = { failed: () => {}, lost: () => {}, changed: () => {} };

  /** @param probes a key in each part */
  constructor(
    readonly client: Cluster,
    private readonly probes: readonly string[],
  ) {}

  watch(user: LinkUser): void {
    this.user = user;
    this.client
      .on('error', (error: Error & { lastNodeError?: Error }) => {
        user.failed(this.nodeProblem || (error.lastNodeError ?? error).message);
      })
      .on('node error', (error: Error, place: string) => {
        this.nodeProblem = `${place}: ${told(error.message)}`;
      })
      .on('ready', () => this.beat())
      .on('-node', () => this.beat())
      .on('close', () => {
        this.isReady = false;
        user.lost();
      });
  }

  connect(): Promise<void> {
    return this.client.connect();
  }

  stop(): void {
    this.client.disconnect();
  }

  beat(): void {
    if (this.probing || this.client.status !== 'ready') return;
    this.probing = true;
    void this.probe().finally(() => {
      this.probing = false;
    });
  }

  private async probe(): Promise<void> {
    this.nodeProblem = '';
    // Each opens its connection, too: what is asked of a part while one opens fails.
    await Promise.all(this.client.nodes('master').map(leaveHung));
    const answers = await Promise.allSettled(this.probes.map((key) => this.client.pttl(key)));
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (failure) this.user.failed(this.nodeProblem || told((failure.reason as Error).message));
    // The nodes that are left know who has taken over, as soon as somebody has.
    if (failure && this.client.status === 'ready') this.client.refreshSlotsCache();
    this.isReady = !failure && this.client.status === 'ready';
    this.user.changed();
  }
}

/** Asked once more: this process itself may have been too busy to read the first answer in time. */
const leaveHung = (node: Connection): Promise<unknown> =>
  node
    .ping()
    .catch(() => node.ping())
    .catch(() => node.disconnect());
