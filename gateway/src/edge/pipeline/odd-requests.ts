/**
 * What Node's HTTP server does not hand on as a request, answered all the same: CONNECT, and what cannot be
 * read.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

const http1Alone = 'This gateway speaks HTTP/1.1 and HTTP/1.0.';

/** Made once: an error with its stack costs more than the rest of a refusal. */
const unservedVersion = new Problem('http-version-not-supported', {
  detail: http1Alone,
  headers: { connection: 'close' },
});
const noTunnels = new Problem('method-not-allowed', {
  detail: 'CONNECT opens tunnels through a proxy, which this is not.',
  headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' },
});

/**
 * Node's reader takes `HTTP/2.0` and `HTTP/0.9` in a request line for versions like any other.
 * @throws Problem 505
 */
export function refuseUnservedVersion(req: { httpVersionMajor: number; httpVersionMinor: number }): void {
  if (req.httpVersionMajor !== 1 || req.httpVersionMinor > 1) throw unservedVersion;
}

/** @param refuse answers on a bare socket, and ends it */
export function answerOddRequests(server: Server, refuse: (socket: Duplex, problem: Problem) => void): void {
  const open = new WeakMap<object, Set<ServerResponse>>();
  const note = (req: IncomingMessage, res: ServerResponse): void => {
    const responses = open.get(req.socket) ?? new Set();
    open.set(req.socket, responses.add(res));
    res.once('close', () => responses.delete(res));
  };
  server.prependListener('request', note).prependListener('checkContinue', note);
  server.on('connect', (_req, socket) => {
    socket.on('error', () => socket.destroy());
    refuse(socket, noTunnels);
  });
  server.on('clientError', (error: ReadingError, socket) => {
    // Answers leave in the order of their requests: what has begun would be cut in two.
    const [present] = open.get(socket) ?? [];
    if (!socket.writable || present?.headersSent === true) socket.destroy(error);
    else if (isUnservedVersion(error)) refuse(socket, unservedVersion);
    else socket.end(bareAnswers.get(error.code) ?? badRequest, () => socket.destroy(error));
  });
}

/** Of Node's reader: `reason` is its own word, which the code alone does not say. */
type ReadingError = NodeJS.ErrnoException & { reason?: string };

function isUnservedVersion({ code, reason }: ReadingError): boolean {
  const isVersion = code === 'HPE_INVALID_VERSION' && reason !== 'Expected CRLF after version';
  return isVersion || code === 'HPE_PAUSED_H2_UPGRADE';
}

/** As Node answers where its errors have no listener. */
const bare = (status: string): string => `HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`;
const badRequest = bare('400 Bad Request');
const bareAnswers: ReadonlyMap<string | undefined, string> = new Map([
  ['HPE_HEADER_OVERFLOW', bare('431 Request Header Fields Too Large')],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', bare('413 Payload Too Large')],
  ['ERR_HTTP_REQUEST_TIMEOUT', bare('408 Request Timeout')],
]);
