/** Network addresses, as sockets and proxies spell them. */
import { isIP, type BlockList } from 'node:net';

/** `::ffff:192.0.2.1` is 192.0.2.1. */
export function unfolded(address: string): string {
  return address.length > 7 && address.slice(0, 7).toLowerCase() === '::ffff:' && isIP(address.slice(7)) === 4
    ? address.slice(7)
    : address;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || unfolded(address).startsWith('127.');
}

/** @param address unfolded; what is none is in no network */
export function isIn(networks: BlockList, address: string): boolean {
  const family = networks.rules.length === 0 ? 0 : isIP(address);
  return family !== 0 && networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
