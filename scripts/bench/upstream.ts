/**
 * The container of the bench, without an HTTP library so that it takes little of the core that it shares with the
 * load: 1 KB for every request whose body is empty, and what a registered plugin must answer.
 */
import { createServer, type Socket } from 'node:net';
import { announce } from './announce.ts';
import { benchManifest } from '@berth/testing/bench-manifest.ts';

const kilobyte = answer('application/octet-stream', 'x'.repeat(1024));
const health = answer('application/json', JSON.stringify({ status: 'ok' }));
const manifest = answer('application/json', JSON.stringify(benchManifest));

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text = text === '' ? chunk : text + chunk;
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      write(socket, text);
      text = text.slice(end + 4);
    }
  });
});
announce(server);

function write(socket: Socket, request: string): void {
  if (request.startsWith('GET /files/')) socket.write(kilobyte);
  else socket.write(request.startsWith('GET /health') ? health : manifest);
}

function answer(type: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
