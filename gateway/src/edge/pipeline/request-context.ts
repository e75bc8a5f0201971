/**
 * The first of a request's three types: what was parsed and validated. Every request for a plugin begins
 * here, those for page files and upgrades alike.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Plugin } from '#plugins/registry/snapshot.ts';
import type { Address } from '#edge/http/address.types.ts';
import type { ClientRequest } from '#edge/http/client-request.ts';
import { judgePath } from '#edge/http/path.rules.ts';
import { readRequestHead, type RequestHead } from '#edge/http/request-head.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import { findAddress } from './match.ts';
import { refuseUnservedVersion } from './odd-requests.ts';

/** A request whose head was read: enough to answer it, and to write its access line. */
export type ReceivedRequest = {
  request: ClientRequest;
  head: RequestHead;
  requestId: string;
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
  /** Header lines that even the gateway's own refusals carry. */
  refusalLines: readonly string[];
};

/** A request whose target can be decided on. */
export type RequestContext = ReceivedRequest & {
  address: Address;
  plugin: Plugin | undefined;
  /** The container's path that stands for the address, without the query. */
  containerPath: string;
  hasEncodedSlash: boolean;
  hasEmptySegment: boolean;
  /** For the access line: the pattern that matched; `null` as long as none did. */
  pattern: string | null;
};

export function receive(
  { ids }: Pick<EdgeTools, 'ids'>,
  request: ClientRequest,
  refusalLines: (head: RequestHead) => readonly string[],
): ReceivedRequest {
  const startedAt = performance.now();
  const head = (request.memo.requestHead ??= readRequestHead(request.rawHeaders));
  return {
    request,
    head,
    requestId: ids.requestId(head.requestId),
    startedAt,
    refusalLines: refusalLines(head),
  };
}

/**
 * @throws Problem 400 for a target or framing that two readers could read in two ways, 404 for an address of
 *   no plugin, 421 for a host that is not ours, 505 for another version of HTTP
 */
export function validateTarget(
  tools: Pick<EdgeTools, 'snapshot' | 'hostOf'>,
  received: ReceivedRequest,
): RequestContext {
  const { request, head } = received;
  refuseUnservedVersion(request);
  const verdict = judgePath(request.url);
  if (!verdict.ok) throw new Problem('bad-path', { detail: verdict.reason });
  tools.hostOf(request.socket, head);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (head.isChunked && (head.contentLength !== null || isRead)) throw ambiguousFraming;
  const snapshot = tools.snapshot();
  const address = findAddress(request.url, snapshot.mounts);
  // Only behind a prefix is there a route that could ask for one.
  if (verdict.hasEmptySegment && (!address || address.kind === 'ui' || !isWithinRoute(address)))
    throw emptySegment;
  if (!address) throw notFound;
  return {
    ...received,
    address,
    plugin: snapshot.plugins.get(address.pluginId),
    containerPath: containerPathOf(address),
    hasEncodedSlash: verdict.hasEncodedSlash && /%2f/i.test(address.rest),
    hasEmptySegment: verdict.hasEmptySegment && address.rest.includes('//'),
    pattern: null,
  };
}

/** Made once: an error with its stack costs more than the rest of a refusal. */
const ambiguousFraming = new Problem('bad-request', { detail: 'The framing of the body is ambiguous.' });
const emptySegment = new Problem('bad-path', { detail: 'The path holds an empty segment.' });
const notFound = new Problem('not-found');

/** A path that begins with two slashes would name a host to readers that take it for a URL. */
function isWithinRoute({ kind, prefix, rest }: Address): boolean {
  return kind !== 'nowhere' && !prefix.includes('//') && !(kind === 'api' && rest.startsWith('//'));
}

/** `/api/documents/x` is `/documents/x` to its container, `/api/plugins/{id}/app/x` is `/x`. */
function containerPathOf({ kind, prefix, rest }: Address): string {
  if (kind === 'mount') return prefix.slice('/api'.length) + rest;
  return rest === '' ? '/' : rest;
}

/** The container's path that the address's prefix stands for. */
export function containerRootOf({ kind, prefix }: Address): string {
  return kind === 'mount' ? prefix.slice('/api'.length) : '';
}
