import ipaddr from 'ipaddr.js';

const LONGEST_READ = 2000;

export type AddressRange = [ipaddr.IPv4 | ipaddr.IPv6, number];

export function parseRanges(cidrs: readonly string[]): AddressRange[] {
  return cidrs.map((cidr) => {
    if (cidr.includes('/')) return ipaddr.parseCIDR(cidr);
    const address = ipaddr.process(cidr);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  });
}

/** The address in canonical form, v4-mapped v6 as v4; undefined when the text is none. */
export function canonicalAddress(text: string | undefined): string | undefined {
  if (!text || text.length > 64 || !ipaddr.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}

export function inRanges(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = ipaddr.process(address);
  return ranges.some(
    ([base, bits]) => parsed.kind() === base.kind() && parsed.match(base as ipaddr.IPv4, bits),
  );
}

/**
 * Who calls: the connection's peer, or, behind trusted proxies, the right-most forwarded address that is not
 * one of them. A forwarded entry that is no address ends the search at the proxy that sent it, so that a
 * client cannot pass for somebody else by sending nonsense.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): string {
  let current = canonicalAddress(peer) ?? '0.0.0.0';
  if (!forwardedFor) return current;
  for (const entry of lastEntries(forwardedFor).reverse()) {
    if (!inRanges(current, trusted)) return current;
    const next = canonicalAddress(entry.trim());
    if (!next) return current;
    current = next;
  }
  return current;
}

/** Of any length only the end is read, which the proxies wrote; to read nothing would make the client pass for the proxy. */
function lastEntries(forwardedFor: string): string[] {
  const entries = forwardedFor.slice(-LONGEST_READ).split(',');
  return forwardedFor.length > LONGEST_READ ? entries.slice(1) : entries;
}

/** One bucket for a v4 address or a v6 /64: a client owns its whole /64. */
export function throttleBucket(address: string): string {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
