/** The headers that the gateway itself writes to a container, behind the client's own. */
import type { Address } from '#edge/http/address.types.ts';
import type { ClientInfo } from '#edge/http/client-info.types.ts';
import type { ClientRequest } from '#edge/http/client-request.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import type { RequestHead } from '#edge/http/request-head.ts';
import type { EdgeTools } from './edge-tools.types.ts';

/** Worked out once as long as the same bytes come on one connection. */
export function clientInfoOf(
  { readClientInfo }: Pick<EdgeTools, 'readClientInfo'>,
  { memo, socket }: ClientRequest,
  head: RequestHead,
): ClientInfo {
  return (memo.clientInfo ??= readClientInfo(socket, head));
}

/**
 * Every header that is the same for the next request like this one: joined once for one person on one
 * connection.
 */
export function cachedHeadersOf(
  { memo }: ClientRequest,
  head: RequestHead,
  address: Address,
  { client, identity }: { client: ClientInfo; identity: HeaderLines | null },
): HeaderLines {
  const known = memo.cachedHeaders;
  if (known && known.prefix === address.prefix && known.identity === identity) return known.lines;
  const own = [...forwardedLines(client, address), ...(identity?.list ?? [])];
  const lines = new HeaderLines([...head.passed, ...own]);
  memo.cachedHeaders = { prefix: address.prefix, identity, lines };
  return lines;
}

/**
 * How a request reached us. The client's own headers hold none of these names any more. The prefix is what
 * stands in front of the container's path, as frameworks take it: for a mount `/api`.
 */
export function forwardedLines(
  { clientAddress, proto, host }: ClientInfo,
  { kind, prefix }: Address,
): string[] {
  const stripped = kind === 'mount' ? '/api' : prefix;
  const client = ['x-forwarded-for', clientAddress, 'x-forwarded-proto', proto];
  return [...client, 'x-forwarded-host', host, 'x-forwarded-prefix', stripped];
}

/** Names for this one request. @returns its `traceparent` */
export function writeIds(
  { ids }: Pick<EdgeTools, 'ids'>,
  headers: string[],
  requestId: string,
  sentTraceparent: string | null,
): string {
  const traceparent = ids.traceparent(sentTraceparent);
  headers.push('x-request-id', requestId, 'traceparent', traceparent);
  return traceparent;
}
