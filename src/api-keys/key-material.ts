import { createHash, hash, randomBytes, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OWN_TAIL = /^[0-9A-Za-z]{38}$/;

export interface MintedKey {
  /** The plain text; shown once, stored nowhere. */
  readonly secret: string;
  /** The first four random characters. */
  readonly hint: string;
}

/** `<prefix>_` + 32 random base62 characters (190 bits) + 6 of CRC-32 over all before them. */
export function mintKey(prefix: string): MintedKey {
  const random = randomText(RANDOM_LENGTH);
  const body = `${prefix}_${random}`;
  return { secret: body + checksum(body), hint: random.slice(0, 4) };
}

/** The predecessor's form, for tools that insist on it: 122 random bits, no checksum. */
export function mintUuid(): MintedKey {
  const secret = randomUUID();
  return { secret, hint: secret.slice(0, 4) };
}

/** An id that has nothing to do with the key's text, to speak of the key in public. */
export function mintPublicId(): string {
  return `key_${randomText(20)}`;
}

/** What a presented text can be; a wrong checksum is 'malformed', so it is refused without a query. */
export function shapeOf(presented: string, prefixes: readonly string[]): 'own' | 'uuid' | 'malformed' {
  if (UUID.test(presented)) return 'uuid';
  const at = presented.indexOf('_');
  const isOwn = prefixes.includes(presented.slice(0, at)) && OWN_TAIL.test(presented.slice(at + 1));
  if (!isOwn) return 'malformed';
  const body = presented.slice(0, -CHECKSUM_LENGTH);
  return checksum(body) === presented.slice(-CHECKSUM_LENGTH) ? 'own' : 'malformed';
}

/** Whether one of our keys stands anywhere in the text. */
export const holdsKey = (text: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) =>
    [...text.matchAll(new RegExp(`${prefix}_[0-9A-Za-z]{38}`, 'g'))].some(
      ([word]) => shapeOf(word, prefixes) === 'own',
    ),
  );

/** SHA-256 of the whole key: 32 bytes. Keys are random, so a slow hash would add nothing but load. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The same in hexadecimal digits, in one call of the library: verification makes it each time. */
export const digestHex = (secret: string): string => hash('sha256', secret, 'hex');

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    digits = ALPHABET[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    // 248 is the largest multiple of 62 in a byte: taking more would favour the first characters.
    const fair = randomBytes(length * 2).filter((byte) => byte < 248);
    text += Array.from(fair, (byte) => ALPHABET[byte % 62]).join('');
  }
  return text.slice(0, length);
}
