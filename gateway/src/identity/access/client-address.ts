/** Where a request came from: the socket's other end, or what a listed proxy says of it. */
import { isIP, isIPv6, type BlockList } from 'node:net';
import { isIn, unfolded } from '#platform/addresses.ts';

/** @param remoteAddress of the socket */
export type ClientAddress = (remoteAddress: string | undefined, rawHeaders: readonly string[]) => string;

/**
 * The right-most hop of `x-forwarded-for` that is no trusted proxy. Without trusted proxies the header is not looked at.
 */
export function clientAddressReader(trustedProxies: BlockList): ClientAddress {
  const isTrusted = (address: string) => isIn(trustedProxies, address);
  return (remoteAddress, rawHeaders) => {
    let address = unfolded(remoteAddress ?? '');
    if (!isTrusted(address)) return address;
    for (const hop of forwardedFor(rawHeaders).toReversed()) {
      if (isIP(hop) === 0) return address;
      address = hop;
      if (!isTrusted(hop)) return hop;
    }
    return address;
  };
}

/** What limits count by: the address itself for IPv4, the /64 for IPv6, where one person has 2⁶⁴ addresses. */
export function networkOf(spelling: string): string {
  const address = unfolded(spelling);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

function forwardedFor(rawHeaders: readonly string[]): string[] {
  const hops: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'x-forwarded-for')
      hops.push(...(rawHeaders[index + 1] ?? '').split(',').map((hop) => unfolded(hop.trim())));
  }
  return hops;
}
