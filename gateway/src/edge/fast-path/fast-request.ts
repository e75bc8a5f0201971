/**
 * The plainest request there is: a GET of HTTP/1.1 whose head came whole and alone, with nothing in it that
 * could mean something to the framing. Node's HTTP server reads all others.
 */
import type { Socket } from 'node:net';
import { headMemo, type ClientRequest, type HeadMemo } from '#edge/http/client-request.ts';
import { withoutBlanks } from '#edge/http/header-lines.ts';

/** What stands below the request line: the same object for a connection as long as the same bytes come. */
export class FastHead {
  readonly text: string;
  /** Name, value, name, value …, as they came. */
  readonly rawHeaders: readonly string[];
  readonly memo: HeadMemo = headMemo();

  constructor(text: string, rawHeaders: readonly string[]) {
    this.text = text;
    this.rawHeaders = rawHeaders;
  }
}

export class FastRequest implements ClientRequest {
  readonly method = 'GET';
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  readonly body = null;
  readonly awaitsContinue = false;
  readonly url: string;
  readonly head: FastHead;
  readonly rawHeaders: readonly string[];
  readonly socket: Socket;
  readonly memo: HeadMemo;

  constructor(url: string, head: FastHead, socket: Socket) {
    this.url = url;
    this.head = head;
    this.rawHeaders = head.rawHeaders;
    this.memo = head.memo;
    this.socket = socket;
  }

  hasUnreadBody(): boolean {
    return false;
  }
}

/** As much as Node's server reads of a head here; it refuses a longer one. */
const maxBytes = 8 * 1024;
const maxLines = 100;
const requestLine = /^GET (\/[\x21-\x7e]*) HTTP\/1\.1$/;
/** Names of letters, digits and dashes, values of visible ASCII: no other reader could read it otherwise. */
const headerBlock = /^(?:[A-Za-z0-9-]+:[\x20-\x7e]*\r\n)+\r\n$/;
/** Node's server reads requests with one of these. */
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

/**
 * @param before the head that came before on the same connection: clients send the same again and again
 * @returns `null` where it is not as plain as that
 */
export function readFastRequest(bytes: Buffer, socket: Socket, before: FastHead | null): FastRequest | null {
  if (bytes.length > maxBytes || bytes[0] !== 71) return null;
  const text = bytes.toString('latin1');
  const lineEnd = text.indexOf('\r\n');
  const url = lineEnd < 0 ? undefined : requestLine.exec(text.slice(0, lineEnd))?.[1];
  if (url === undefined) return null;
  const lines = text.slice(lineEnd + 2);
  const head = before?.text === lines ? before : readFastHead(lines);
  return head && new FastRequest(url, head, socket);
}

function readFastHead(text: string): FastHead | null {
  if (!headerBlock.test(text)) return null;
  const rawHeaders: string[] = [];
  let hosts = 0;
  for (let at = 0; text.charCodeAt(at) !== 13;) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon);
    const value = withoutBlanks(text, colon + 1, end);
    const lower = name.toLowerCase();
    if (notPlain.has(lower) || (lower === 'connection' && value !== 'keep-alive')) return null;
    if (lower === 'host') hosts++;
    rawHeaders.push(name, value);
    at = end + 2;
  }
  return hosts === 1 && rawHeaders.length <= 2 * maxLines ? new FastHead(text, rawHeaders) : null;
}
