import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network, and how many of its first bits count. */
export type AddressRange = readonly [Address, number];

const LONGEST = 64;
const RANGE = /^[\da-f.:]+(?:\/(?:0|[1-9]\d{0,2}))?$/i;
const MAPPED_BITS = 96;

/**
 * Four decimal parts without leading zeros, or IPv6, as PostgreSQL's inet reads them: what one program reads as octal
 * and another as decimal names two networks. A mapped v4 address is the v4 address. undefined: it is none.
 */
export function readAddress(text: string): Address | undefined {
  return text.length <= LONGEST && isIP(text) !== 0 ? ipaddr.process(text) : undefined;
}

/** An address, or a network as `address/bits`; a mapped v4 network is the v4 network. undefined: it is none. */
export function readRange(text: string): AddressRange | undefined {
  const [base, bits] = text.length > LONGEST || !RANGE.test(text) ? [''] : text.split('/');
  const address = readAddress(base!);
  if (!address) return undefined;
  const most = address.kind() === 'ipv4' ? 32 : 128;
  const count = bits === undefined ? most : Number(bits) - bitsBefore(base!, most);
  return count >= 0 && count <= most ? [address, count] : undefined;
}

/** Those that say of a v6 address that it is a v4 one. */
const bitsBefore = (base: string, most: number): number =>
  most === 32 && isIP(base) === 6 ? MAPPED_BITS : 0;

/** The network as everybody writes it: 192.168.1.77/24 is 192.168.1.0/24. @throws Error when it is none */
export function canonicalRange(text: string): string {
  const range = readRange(text);
  if (!range) throw new Error('neither an address nor a network');
  const [address, bits] = range;
  if (!text.includes('/')) return address.toString();
  const first = networkOf(address, bits);
  return `${first}/${bits}`;
}

function networkOf(address: Address, bits: number): string {
  const bytes = address
    .toByteArray()
    .map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
  return ipaddr.fromByteArray(bytes).toString();
}
