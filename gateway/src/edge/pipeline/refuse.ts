/** The gateway's own answers on raw streams: problem+json with the request id, to whoever is not let through. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { problemContentType, type Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Answer, Asked } from '#edge/http/answer.types.ts';

/** How long a client may go on sending a body that nobody wants, so that it gets to read why. */
const lingerMs = 2_000;

/** @param extra further header lines: name, value, name, value … */
export function refuse(
  req: Asked,
  res: Answer,
  problem: Problem,
  requestId: string,
  extra: readonly string[] = [],
): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  // As text it leaves with the head in one write.
  const body = JSON.stringify(problem.body(requestId));
  const lines = [...problemLines(problem, requestId, Buffer.byteLength(body)), ...extra];
  if (!hasUnreadBody(req)) {
    res.writeHead(problem.status, lines);
    res.end(req.method === 'HEAD' ? undefined : body);
    return;
  }
  res.writeHead(problem.status, [...lines, 'connection', 'close']);
  if (req.method !== 'HEAD') res.write(body);
  endWhenBodyIsOver(req, res);
}

/** On a socket that asked for an upgrade and gets none. */
export function refuseUpgrade(socket: Duplex, problem: Problem, requestId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(problem.body(requestId)));
  socket.end(
    Buffer.concat([
      Buffer.from(
        headText(problem.status, [...problemLines(problem, requestId, body.length), 'connection', 'close']),
        'latin1',
      ),
      body,
    ]),
  );
  // What else comes is nobody's; not read, it would hide for ever that the client left.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Status line and header lines as bytes for the wire. */
export function headText(status: number, lines: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  for (let index = 0; index + 1 < lines.length; index += 2)
    text += `${lines[index] ?? ''}: ${lines[index + 1] ?? ''}\r\n`;
  return `${text}\r\n`;
}

export function hasUnreadBody(req: Asked): req is IncomingMessage {
  return (
    !req.complete &&
    (req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined)
  );
}

/**
 * Ends an answer that is out already when the client stopped sending, or after a moment: closing while bytes still
 * come in would reset the connection, and the client would never read the answer.
 */
export function endWhenBodyIsOver(req: IncomingMessage, res: Answer): void {
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, lingerMs);
  req.once('end', end);
  res.once('close', () => clearTimeout(timer));
  req.resume();
}

function problemLines(problem: Problem, requestId: string, length: number): string[] {
  return [
    ...Object.entries(problem.headers).flat(),
    'content-type',
    problemContentType,
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
