/**
 * The plainest request there is: a GET of HTTP/1.1 whose head came whole and alone, with nothing in it that could mean
 * something to the framing. What is not as plain as that is left to Node's HTTP server, which decides about it.
 */
import type { Socket } from 'node:net';
import type { FoundCredential } from '#identity/access/principal.ts';
import type { Arrival } from './arrival.types.ts';
import type { HeaderLines } from './header-lines.ts';
import type { RequestHead } from './request-head.ts';

/** What stands below the request line: the same object for a connection as long as the same bytes come. */
export class PlainHead {
  readonly text: string;
  /** Name, value, name, value …, as they came. */
  readonly rawHeaders: string[];
  /** What was found out about it, which is true of the same bytes for ever. */
  readonly credential: FoundCredential = { key: null };
  requestHead: RequestHead | null = null;
  arrival: Arrival | null = null;
  /** As last sent to a container, for whom and behind which address. */
  standing: { prefix: string; identity: HeaderLines | null; lines: HeaderLines } | null = null;

  constructor(text: string, rawHeaders: string[]) {
    this.text = text;
    this.rawHeaders = rawHeaders;
  }
}

/** Of Node's `IncomingMessage`, what the edge looks at; the words mean the same. */
export class PlainRequest {
  readonly method: string = 'GET';
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  /** It has no body that could still come. */
  readonly complete = true;
  readonly url: string;
  readonly head: PlainHead;
  readonly rawHeaders: string[];
  readonly socket: Socket;

  constructor(url: string, head: PlainHead, socket: Socket) {
    this.url = url;
    this.head = head;
    this.rawHeaders = head.rawHeaders;
    this.socket = socket;
  }
}

/** As much as Node's server reads of a head here; a longer one is its to refuse. */
const maxBytes = 8 * 1024;
const maxLines = 100;
const plainLine = /^GET (\/[\x21-\x7e]*) HTTP\/1\.1$/;
/** Names of letters, digits and dashes, values of visible ASCII: no other reader could read it otherwise. */
const plainLines = /^(?:[A-Za-z0-9-]+:[\x20-\x7e]*\r\n)+\r\n$/;
/** What these say is Node's to understand. By length, so that few names are compared. */
const notPlain = new Set([
  'te',
  'expect',
  'trailer',
  'upgrade',
  'content-length',
  'http2-settings',
  'proxy-connection',
  'transfer-encoding',
]);
const notPlainLengths = new Set([...notPlain].map(({ length }) => length));

/**
 * @param before the head that came before on the same connection: clients send the same again and again
 * @returns `null` where it is not as plain as that
 */
export function readPlainRequest(
  bytes: Buffer,
  socket: Socket,
  before: PlainHead | null,
): PlainRequest | null {
  if (bytes.length > maxBytes || bytes[0] !== 71) return null;
  const text = bytes.toString('latin1');
  const lineEnd = text.indexOf('\r\n');
  const url = lineEnd < 0 ? undefined : plainLine.exec(text.slice(0, lineEnd))?.[1];
  if (url === undefined) return null;
  const lines = text.slice(lineEnd + 2);
  const head = before?.text === lines ? before : readPlainHead(lines);
  return head && new PlainRequest(url, head, socket);
}

function readPlainHead(text: string): PlainHead | null {
  if (!plainLines.test(text)) return null;
  const rawHeaders: string[] = [];
  let hosts = 0;
  for (let at = 0; text.charCodeAt(at) !== 13;) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon);
    const value = trimmed(text, colon + 1, end);
    if (notPlainLengths.has(name.length) && notPlain.has(name.toLowerCase())) return null;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.length === 10 && name.toLowerCase() === 'connection' && value !== 'keep-alive') return null;
    rawHeaders.push(name, value);
    at = end + 2;
  }
  return hosts === 1 && rawHeaders.length <= 2 * maxLines ? new PlainHead(text, rawHeaders) : null;
}

function trimmed(text: string, start: number, stop: number): string {
  let from = start;
  let to = stop;
  while (from < to && text.charCodeAt(from) === 32) from++;
  while (to > from && text.charCodeAt(to - 1) === 32) to--;
  return text.slice(from, to);
}
