/** The gateway's own refusals on raw streams: problem+json with the request id. */
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { english, type Spoken } from '@berth/plugin-kit/base/sentences.ts';
import { problemContentType, type Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { ClientRequest } from '#edge/http/client-request.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import { lingerMs } from '#edge/http/constants.ts';
import { textOf } from '#edge/http/header-lines.ts';
import { sentences } from '#platform/words/spoken.ts';

export function refuse(
  request: ClientRequest,
  response: ClientResponse,
  problem: Problem,
  { requestId, lines: extra }: { requestId: string; lines: readonly string[] },
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // As text it leaves with the head in one write.
  const { language, say } = spokenBy(request.rawHeaders);
  const body = JSON.stringify(problem.body(requestId, say));
  const lines = [...problemLines(problem, requestId, Buffer.byteLength(body), language), ...extra];
  const hasBody = request.method !== 'HEAD';
  if (!request.hasUnreadBody()) {
    response.writeHead(problem.status, lines);
    response.end(hasBody ? body : undefined);
    return;
  }
  response.writeHead(problem.status, [...lines, 'connection', 'close']);
  if (hasBody) response.write(body);
  endWhenBodyIsOver(request, response);
}

/**
 * On a socket that asked for an upgrade and gets none.
 * @param rawHeaders of the request, as far as it could be read
 */
export function refuseUpgrade(
  socket: Duplex,
  problem: Problem,
  requestId: string,
  rawHeaders: readonly string[],
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { language, say } = spokenBy(rawHeaders);
  const body = Buffer.from(JSON.stringify(problem.body(requestId, say)));
  const lines = problemLines(problem, requestId, body.length, language);
  const head = Buffer.from(headText(problem.status, [...lines, 'connection', 'close']), 'latin1');
  socket.end(Buffer.concat([head, body]));
  // Drains the socket: 'close' would never come otherwise.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Status line and header lines as bytes for the wire. @throws UnsendableHeader */
export function headText(status: number, lines: readonly string[]): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${textOf(lines)}\r\n`;
}

/**
 * Ends an answer that is out already when the client stopped sending, or after a moment: closing while bytes
 * still come in would reset the connection, and the client would never read the answer.
 */
export function endWhenBodyIsOver({ body }: ClientRequest, response: ClientResponse): void {
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  body?.once('end', end);
  response.onClose(() => clearTimeout(timer));
  body?.resume();
}

/** The reader's language, by the first `accept-language` of the request. */
function spokenBy(rawHeaders: readonly string[]): Spoken {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 15 && rawHeaders[index]?.toLowerCase() === 'accept-language')
      return sentences.wantedBy(rawHeaders[index + 1]);
  return english;
}

function problemLines(problem: Problem, requestId: string, length: number, language: string): string[] {
  return [
    ...Object.entries(problem.headers).flat(),
    'content-type',
    problemContentType,
    'content-language',
    language,
    'content-length',
    String(length),
    'cache-control',
    'no-store',
    'x-content-type-options',
    'nosniff',
    'x-request-id',
    requestId,
  ];
}
