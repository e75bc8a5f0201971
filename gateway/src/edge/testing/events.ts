/** For tests: the one event that is waited for, as a value. */
import type { ClientRequest, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

export function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
}

export function requestTo(server: Server): Promise<{ req: IncomingMessage; res: ServerResponse }> {
  return new Promise((resolve) => server.once('request', (req, res) => resolve({ req, res })));
}

/** @param socket with an encoding set */
export function textFrom(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (text) => resolve(String(text))));
}

export function messageFrom(socket: WebSocket): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    socket.once('message', (data) =>
      Buffer.isBuffer(data) ? resolve(data) : reject(new Error('not a buffer')),
    ),
  );
}

export function closeCodeOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', (code) => resolve(code)));
}

/** @returns the code of its close frame, or the status of the answer that refused it */
export function endOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.once('close', (code) => resolve(code));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}
