/**
 * One pass over a request's raw header lines: what goes on to the container, and what the gateway needs to
 * know. Built from a rule of what passes: names of letters, digits and dashes alone; reserved families never.
 * Headers that the gateway writes are added afterwards, so nothing that a client sends can touch them.
 */

import { bySpelling, dropNamed } from './header-lines.ts';
import { isReservedHeader } from './reserved-headers.rules.ts';

export type RequestHead = {
  /** Name, value, name, value …: the client's own headers that pass. */
  passed: string[];
  /** How many `host` lines came: more than one is refused. */
  hosts: number;
  host: string;
  contentLength: string | null;
  isChunked: boolean;
  wantsContinue: boolean;
  /** As the client sent it; not checked yet. */
  requestId: string | null;
  traceparent: string | null;
  hasAuthorization: boolean;
  origin: string | null;
  preflightMethod: string | null;
  upgrade: string | null;
  webSocketKey: string | null;
  /** Two lines are joined, and are no version. */
  webSocketVersion: string | null;
  webSocketProtocols: string | null;
  /** As sent: believed from a trusted proxy alone. Several lines are joined. */
  forwardedFor: string | null;
  forwardedProto: string | null;
  forwardedHost: string | null;
};

type Kind =
  | 'pass'
  | 'drop'
  | 'host'
  | 'connection'
  | 'cookie'
  | 'authorization'
  | 'content-length'
  | 'transfer-encoding'
  | 'expect'
  | 'x-request-id'
  | 'traceparent'
  | 'origin'
  | 'access-control-request-method'
  | 'upgrade'
  | 'sec-websocket-key'
  | 'sec-websocket-version'
  | 'sec-websocket-protocol'
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'x-forwarded-host';

/** Names that mean something to the gateway are kinds of their own. */
const ownKinds: readonly Exclude<Kind, 'pass' | 'drop'>[] = [
  'host',
  'connection',
  'cookie',
  'authorization',
  'content-length',
  'transfer-encoding',
  'expect',
  'x-request-id',
  'traceparent',
  'origin',
  'access-control-request-method',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
];
const kinds: ReadonlyMap<string, Kind> = new Map(ownKinds.map((name) => [name, name]));

/** What the client's `connection` list cannot take from a request: without these it means something else. */
const endToEnd = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'host',
  'range',
  'if-match',
  'if-none-match',
  'cookie',
]);

/** What nearly every `connection` says: it names no header that could be dropped. */
const ordinary = new Set(['keep-alive', 'close', 'Upgrade']);
const kindOfSpelling = bySpelling(kindOf);

/** @param rawHeaders as `IncomingMessage.rawHeaders`: name, value, name, value … */
export function readRequestHead(rawHeaders: readonly string[]): RequestHead {
  const head: RequestHead = {
    passed: [],
    hosts: 0,
    host: '',
    contentLength: null,
    isChunked: false,
    wantsContinue: false,
    requestId: null,
    traceparent: null,
    hasAuthorization: false,
    origin: null,
    preflightMethod: null,
    upgrade: null,
    webSocketKey: null,
    webSocketVersion: null,
    webSocketProtocols: null,
    forwardedFor: null,
    forwardedProto: null,
    forwardedHost: null,
  };
  let connection: string | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const kind = kindOfSpelling(name);
    if (kind === 'pass') head.passed.push(name, value);
    else if (kind === 'connection') connection = connection === null ? value : `${connection},${value}`;
    else if (kind !== 'drop') note(head, kind, name, value);
  }
  if (connection !== null && !ordinary.has(connection)) dropNamed(head.passed, connection, endToEnd);
  return head;
}

/** The kind of a header name, whatever its spelling. */
export function kindOf(name: string): Kind {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9-]+$/.test(lower)) return 'drop';
  const kind = kinds.get(lower);
  if (kind) return kind;
  return isReservedHeader(lower) ? 'drop' : 'pass';
}

function note(
  head: RequestHead,
  kind: Exclude<Kind, 'pass' | 'drop' | 'connection'>,
  name: string,
  value: string,
): void {
  switch (kind) {
    case 'host':
      head.hosts++;
      head.host = value;
      break;
    case 'cookie': {
      const kept = withoutOurCookies(value);
      if (kept !== '') head.passed.push(name, kept);
      break;
    }
    case 'authorization':
      head.hasAuthorization = true;
      break;
    case 'content-length':
      head.contentLength = value;
      break;
    case 'transfer-encoding':
      head.isChunked = true;
      break;
    case 'expect':
      head.wantsContinue = value.toLowerCase() === '100-continue';
      break;
    case 'x-request-id':
      head.requestId = value;
      break;
    case 'traceparent':
      head.traceparent = value;
      break;
    case 'origin':
      head.origin = value;
      head.passed.push(name, value);
      break;
    case 'access-control-request-method':
      head.preflightMethod = value;
      break;
    case 'upgrade':
      head.upgrade = value;
      break;
    case 'sec-websocket-key':
      // Two keys: it is not known which of them the container answers to, so neither counts.
      head.webSocketKey = head.webSocketKey === null ? value : '';
      head.passed.push(name, value);
      break;
    case 'sec-websocket-version':
      head.webSocketVersion = head.webSocketVersion === null ? value : `${head.webSocketVersion}, ${value}`;
      head.passed.push(name, value);
      break;
    case 'sec-websocket-protocol':
      head.webSocketProtocols =
        head.webSocketProtocols === null ? value : `${head.webSocketProtocols}, ${value}`;
      break;
    case 'x-forwarded-for':
      head.forwardedFor = head.forwardedFor === null ? value : `${head.forwardedFor}, ${value}`;
      break;
    case 'x-forwarded-proto':
      head.forwardedProto = value;
      break;
    case 'x-forwarded-host':
      head.forwardedHost = value;
      break;
  }
}

/** Ours: `berth_…`, with or without a browser's prefix. A container never holds what opens the gateway. */
export function isOurCookie(name: string): boolean {
  return /^\s*(?:__(?:Host|Secure|Http|Host-Http)-)?berth_/i.test(name);
}

function withoutOurCookies(value: string): string {
  if (!/berth_/i.test(value)) return value;
  return value
    .split(';')
    .filter((pair) => !isOurCookie(pair))
    .join(';')
    .trim();
}
