import { canonicalRange, readAddress, readRange } from '../config/addresses.js';
import type { Address, AddressRange } from '../config/addresses.js';

const LONGEST_READ = 2000;
/** What a closed connection says of its other end. */
const NOWHERE = '0.0.0.0';
/** RFC 6052: where a translator writes v4 clients into v6. */
const NAT64 = readRange('64:ff9b::/96')!;

/** Who asks. */
export interface Client {
  /** undefined: somebody stands in between who names nobody. Then nobody knows, and it is never the one in between. */
  readonly address: string | undefined;
  /** The throttle's bucket. */
  readonly bucket: string;
}

/** Those of the texts that are networks; what was taken by older versions and is none matches nobody. */
export const parseRanges = (texts: readonly string[]): AddressRange[] =>
  texts.flatMap((text) => {
    const range = readRange(text);
    return range ? [range] : [];
  });

/** The address in canonical form, v4-mapped v6 as v4; undefined when the text is none. */
export const canonicalAddress = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : readAddress(text)?.toString();

export function inRanges(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = readAddress(address);
  return parsed !== undefined && ranges.some((range) => isIn(parsed, range));
}

const isIn = (address: Address, [base, bits]: AddressRange): boolean =>
  address.kind() === base.kind() && address.match(base as never, bits);

/**
 * Who calls: the connection's peer, or, behind trusted proxies, the right-most forwarded address that is not one of
 * them. A trusted peer that forwards nobody, or an entry that can't be read, makes the client unknown: a client must
 * not pass for the proxy by sending nonsense. Unreadable ones share a bucket, apart from the proxy's own.
 */
export function clientOf(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): Client {
  const address = canonicalAddress(peer) ?? NOWHERE;
  const bucket = throttleBucket(address);
  if (!inRanges(address, trusted)) return { address, bucket };
  if (forwardedFor === undefined) return { address: undefined, bucket };
  const unreadable = { address: undefined, bucket: `unreadable/${bucket}` };
  let client: string | undefined;
  for (const entry of lastEntries(forwardedFor).reverse()) {
    client = canonicalAddress(plainAddress(entry.trim()));
    if (client === undefined) return unreadable;
    if (!inRanges(client, trusted)) break;
  }
  return client === undefined ? unreadable : { address: client, bucket: throttleBucket(client) };
}

/** Of any length only the end is read, which the proxies wrote; to read nothing would make the client pass for the proxy. */
function lastEntries(forwardedFor: string): string[] {
  const entries = forwardedFor.slice(-LONGEST_READ).split(',');
  return forwardedFor.length > LONGEST_READ ? entries.slice(1) : entries;
}

const WITH_PORT = /^(?:"?\[([\da-f:.]+)\](?::\d{1,5})?"?|"?([\d.]+)(?::\d{1,5})?"?)$/i;

/** Some proxies write the port behind it, and v6 in brackets, in quotes as RFC 7239 has it. */
function plainAddress(entry: string): string {
  const [, v6, v4] = WITH_PORT.exec(entry) ?? [];
  return v6 ?? v4 ?? entry;
}

/** The network of an address, /24 or /48: enough to recognise where somebody works, too little to recognise him. */
export function networkOf(address: string): string | null {
  const parsed = readAddress(address);
  if (!parsed) return null;
  const bytes = parsed.toByteArray();
  if (parsed.kind() === 'ipv4') return `${bytes.slice(0, 3).join('.')}.0/24`;
  if (isIn(parsed, NAT64)) return `${bytes.slice(12, 15).join('.')}.0/24`;
  const [a, b, c] = [0, 2, 4].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
  return canonicalRange(`${a}:${b}:${c}::/48`);
}

/** One bucket for a v4 address or a v6 /64: a client owns its whole /64. */
export function throttleBucket(address: string): string {
  const parsed = readAddress(address);
  if (!parsed) return NOWHERE;
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray();
  if (isIn(parsed, NAT64)) return bytes.slice(12).join('.');
  const groups = [0, 2, 4, 6].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
  return groups.join(':');
}
