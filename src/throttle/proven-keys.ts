import { LRUCache } from 'lru-cache';

const MOST_KEYS = 50_000;
/** Of each key, the clients that proved it last: a key that more share than that is hardly one client's. */
const MOST_CLIENTS = 100;

/**
 * Which client has proven which key good, in bounded memory. By key and then by client, since a pair of both would be
 * a new text at every verification.
 */
export class ProvenKeys {
  private readonly keys = new LRUCache<string, Set<string>>({ max: MOST_KEYS });

  has(client: string, token: string): boolean {
    return this.keys.get(token)?.has(client) ?? false;
  }

  add(client: string, token: string): void {
    // A look that moves nothing: what falls out all the same is proven again at its next use.
    let clients = this.keys.peek(token);
    if (clients?.has(client)) return;
    if (!clients) this.keys.set(token, (clients = new Set()));
    const [eldest] = clients;
    if (clients.size >= MOST_CLIENTS && eldest !== undefined) clients.delete(eldest);
    clients.add(client);
  }

  delete(client: string, token: string): void {
    this.keys.get(token)?.delete(client);
  }
}
