import { LRUCache } from 'lru-cache';

const MOST_KEYS = 50_000;
/** Of each key, the clients that proved it last: a key that more share than that is hardly one client's. */
const MOST_CLIENTS = 100;

/**
 * Which client has proven which key good, in bounded memory. By key and then by client, since a pair of both would be
 * a new text at every verification.
 */
export class ProvenKeys {
  /** A client alone, as nearly always, or a set of them: one of those for each key would take most of the memory. */
  private readonly keys = new LRUCache<string, string | Set<string>>({ max: MOST_KEYS });

  has(client: string, token: string): boolean {
    const clients = this.keys.get(token);
    return clients === client || (clients instanceof Set && clients.has(client));
  }

  add(client: string, token: string): void {
    // A look that moves nothing: what falls out all the same is proven again at its next use.
    const clients = this.keys.peek(token);
    if (clients === client) return;
    if (clients === undefined) this.keys.set(token, client);
    else if (clients instanceof Set) join(clients, client);
    else this.keys.set(token, new Set([clients, client]));
  }

  delete(client: string, token: string): void {
    const clients = this.keys.peek(token);
    if (clients instanceof Set) clients.delete(client);
    else if (clients === client) this.keys.delete(token);
  }
}

function join(clients: Set<string>, client: string): void {
  if (clients.has(client)) return;
  const [eldest] = clients;
  if (clients.size >= MOST_CLIENTS && eldest !== undefined) clients.delete(eldest);
  clients.add(client);
}
