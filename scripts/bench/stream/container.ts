/** The container of the stream bench: it sends, takes, gives back or stands still, as the address says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

const limits = {
  max_body_bytes: 1024 ** 4,
  max_concurrent: 10_000,
  idle_timeout_ms: 600_000,
  timeout_ms: 600_000,
};
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  access: { allow_superuser: true },
  routes: [
    { path: '/events', stream: 'sse', limits },
    { path: '/socket', stream: 'websocket', limits },
    { path: '/**', methods: ['GET', 'POST'], limits },
  ],
};
const chunk = Buffer.alloc(256 * 1024, 'b');

export function streamContainer(): Server {
  const server = createServer((req, res) => {
    const [path = '', query = ''] = (req.url ?? '').split('?');
    if (path === '/plugin/manifest') answerJson(res, manifest);
    else if (path === '/health') answerJson(res, { status: 'ok' });
    else if (path === '/bytes') send(res, Number(query));
    else if (path === '/sink') count(req, res);
    else if (path === '/echo') req.pipe(res);
    else if (path === '/events')
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    // What is not read is not taken: the answer waits for an end that nobody looks for.
    else if (path === '/stopped') req.pause();
    else answerJson(res, {});
  });
  new WebSocketServer({ server }).on('connection', (socket) =>
    socket.on('message', (data) => socket.send(data)),
  );
  return server;
}

function answerJson(res: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
}

function send(res: ServerResponse, bytes: number): void {
  let left = bytes;
  res.writeHead(200, { 'content-length': bytes });
  const pump = (): void => {
    while (left > 0 && !res.destroyed) {
      const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
      left -= part.length;
      if (!res.write(part)) return;
    }
    if (left === 0) res.end();
  };
  res.on('drain', pump);
  pump();
}

function count(req: IncomingMessage, res: ServerResponse): void {
  let received = 0;
  req.on('data', (part: Buffer) => (received += part.length));
  req.on('end', () => answerJson(res, { received }));
}
