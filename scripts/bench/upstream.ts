/** The container of the bench: 1 KB for every request, from node:http. */
import { createServer } from 'node:http';
import { announce } from './announce.ts';

const body = Buffer.alloc(1024, 'x');
const server = createServer((req, res) => {
  req.resume();
  res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length });
  res.end(body);
});
server.keepAliveTimeout = 60_000;
announce(server);
