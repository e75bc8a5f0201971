/** The client's address, scheme and host. Forwarded headers count behind a listed proxy alone. */
import { isIP, type BlockList, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { isIn, unfolded } from '#platform/addresses.ts';
import type { OurHost } from '#platform/our-hosts.ts';
import type { ClientInfo } from '#edge/http/client-info.types.ts';
import type { RequestHead } from '#edge/http/request-head.ts';

export type ClientInfoReader = {
  /**
   * @throws Problem 400 for what is no host, 421 for one that is not ours: both what the request names and
   *   what a listed proxy says of it
   */
  hostOf: (socket: Socket, head: RequestHead) => string;
  /** @throws Problem where the client is gone already, and has no address any more */
  readClientInfo: (socket: Socket, head: RequestHead) => ClientInfo;
};

/** @param trusted the proxies whose forwarded headers count */
export function clientInfoReader(trusted: BlockList, ourHost: OurHost): ClientInfoReader {
  const trustsNone = trusted.rules.length === 0;
  const isTrusted = (address: string) => isIn(trusted, address);
  // The last peer alone is kept: deployments have one or two proxies.
  let lastPeer = '';
  let isLastTrusted = false;
  const isTrustedPeer = (address: string): boolean => {
    if (address !== lastPeer) {
      isLastTrusted = isTrusted(unfolded(address));
      lastPeer = address;
    }
    return isLastTrusted;
  };
  const hostOf = (socket: Socket, head: RequestHead): string => {
    if (head.hosts > 1) throw twoHosts;
    const asked = ourHost(head.host);
    if (head.forwardedHost === null || trustsNone || !isTrustedPeer(socket.remoteAddress ?? '')) return asked;
    if (!head.forwardedHost.includes(',')) return ourHost(head.forwardedHost);
    // One for each proxy on the way; the first is what the client asked for. None may be a stranger's.
    return head.forwardedHost.split(',').map((host) => ourHost(host.trim()))[0] ?? asked;
  };
  const readClientInfo = (socket: Socket, head: RequestHead): ClientInfo => {
    if (socket.remoteAddress === undefined) throw new Problem('bad-request', { detail: 'The client left.' });
    const peer = unfolded(socket.remoteAddress);
    const host = hostOf(socket, head);
    const direct: ClientInfo = {
      clientAddress: peer,
      proto: socket instanceof TLSSocket ? 'https' : 'http',
      host,
    };
    if (trustsNone || !isTrustedPeer(socket.remoteAddress)) return direct;
    return {
      clientAddress: rightmostUntrusted(head.forwardedFor, peer, isTrusted),
      proto:
        head.forwardedProto === 'https' || head.forwardedProto === 'http'
          ? head.forwardedProto
          : direct.proto,
      host,
    };
  };
  return { hostOf, readClientInfo };
}

/** Made once: an error with its stack costs more than the rest of a refusal. */
const twoHosts = new Problem('bad-request', { detail: 'The request names its host more than once.' });

function rightmostUntrusted(
  forwardedFor: string | null,
  peer: string,
  isTrusted: (address: string) => boolean,
): string {
  let found = peer;
  for (const entry of (forwardedFor ?? '').split(',').toReversed()) {
    const address = unfolded(entry.trim());
    if (isIP(address) === 0) return found;
    found = address;
    if (!isTrusted(address)) return found;
  }
  return found;
}
