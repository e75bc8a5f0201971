/**
 * A request as the pipeline sees it, the same for each of its readers: Node's HTTP server, an upgrade, and
 * the fast path. The words mean what they mean on Node's `IncomingMessage`.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FoundCredential } from '#identity/access/principal.ts';
import type { ClientInfo } from './client-info.types.ts';
import type { HeaderLines } from './header-lines.ts';
import type { RequestHead } from './request-head.ts';

export interface ClientRequest {
  readonly method: string;
  /** The request target as it came on the wire. */
  readonly url: string;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** Name, value, name, value …, as they came. */
  readonly rawHeaders: readonly string[];
  readonly socket: Socket;
  readonly memo: HeadMemo;
  /** The stream of its body; `null`: none can come. */
  readonly body: IncomingMessage | null;
  /** Whether its client waits for `100 Continue` before it sends its body. */
  readonly awaitsContinue: boolean;
  /** Whether bytes of a body may still come in. */
  hasUnreadBody: () => boolean;
}

/**
 * What the pipeline worked out from one request head. The fast path hands the same memo over for the same
 * bytes on one connection, so that it is worked out once.
 */
export type HeadMemo = {
  readonly credential: FoundCredential;
  requestHead: RequestHead | null;
  clientInfo: ClientInfo | null;
  /** As last sent to a container, for which person and behind which address. */
  cachedHeaders: { prefix: string; identity: HeaderLines | null; lines: HeaderLines } | null;
};

export function headMemo(): HeadMemo {
  return { credential: { key: null }, requestHead: null, clientInfo: null, cachedHeaders: null };
}
