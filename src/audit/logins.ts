import { createHash } from 'node:crypto';

/** What stands in a line for the login of whoever made the change. */
export function loginHash(salt: Buffer, ownerId: string, login: string): Buffer {
  // No text of PostgreSQL holds a zero byte, so nothing can be moved from one part to the other.
  return createHash('sha256').update(salt).update(`${ownerId}\0${login}`).digest();
}
