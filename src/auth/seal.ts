import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Longer than anything that a browser brings back. */
const MOST_CHARS = 8192;

/** Text that leaves us and comes back: nobody else can read it, write it, or use it in another place. */
export class Seal {
  private readonly keys: readonly Buffer[];

  /** The first secret seals, all open, so that secrets can be changed one after the other. */
  constructor(secrets: readonly string[], purpose: string) {
    this.keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  }

  /** `place` names where the text will stand; only there it opens. */
  close(place: string, value: object): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keys[0]!, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const sealed = [iv, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  /** undefined: it was not sealed here, not for this place, or it was altered. */
  open<T extends object>(place: string, text: string, mostChars = MOST_CHARS): T | undefined {
    if (text.length > mostChars) return undefined;
    const sealed = Buffer.from(text, 'base64url');
    if (sealed.length <= IV_BYTES + TAG_BYTES) return undefined;
    for (const key of this.keys) {
      const plain = opened(key, place, sealed);
      if (plain !== undefined) return JSON.parse(plain) as T;
    }
    return undefined;
  }
}

function opened(key: Buffer, place: string, sealed: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
