/** Who is at the other end, and how they reached us. Forwarded headers count behind a listed proxy alone. */
import { isIP, type BlockList, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RequestHead } from './request-head.ts';

export type Arrival = {
  /** The rightmost address that no trusted proxy has. */
  clientAddress: string;
  proto: 'http' | 'https';
  /** As in `host`: may hold a port. Empty when the client named none. */
  host: string;
};

/** @throws Problem where the client is gone already: nothing is done for an address that nobody knows */
export type ReadArrival = (socket: Socket, head: RequestHead) => Arrival;

/** @param trusted the proxies whose forwarded headers count */
export function readArrivals(trusted: BlockList): ReadArrival {
  const trustsNobody = trusted.rules.length === 0;
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  return (socket, head) => {
    if (socket.remoteAddress === undefined) throw new Problem('bad-request', { detail: 'The client left.' });
    const peer = unmapped(socket.remoteAddress);
    const direct: Arrival = { clientAddress: peer, proto: socket instanceof TLSSocket ? 'https' : 'http', host: head.host };
    if (trustsNobody || !isTrusted(peer)) return direct;
    return {
      clientAddress: rightmostUntrusted(head.forwardedFor, peer, isTrusted),
      proto: head.forwardedProto === 'https' || head.forwardedProto === 'http' ? head.forwardedProto : direct.proto,
      host: head.forwardedHost ?? head.host,
    };
  };
}

function rightmostUntrusted(forwardedFor: string | null, peer: string, isTrusted: (address: string) => boolean): string {
  let found = peer;
  for (const entry of (forwardedFor ?? '').split(',').toReversed()) {
    const address = unmapped(entry.trim());
    if (isIP(address) === 0) return found;
    found = address;
    if (!isTrusted(address)) return found;
  }
  return found;
}

/** `::ffff:10.0.0.7` is 10.0.0.7. */
function unmapped(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
