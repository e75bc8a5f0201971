/** As somebody would build it: httpxy over `node:http` with connections that are kept, jose for every request. */
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'httpxy';
import { announce } from '../announce.ts';
import { subjectFinder } from './verify.ts';

const subjectOf = subjectFinder({ isCached: false });
const proxy = createProxyServer({
  target: `http://127.0.0.1:${process.env['UPSTREAM']}`,
  agent: new Agent({ keepAlive: true, maxSockets: 128 }),
});

announce(
  createServer((req, res) => {
    void subjectOf(req.headers.authorization).then((sub) => {
      if (sub === null) return void res.writeHead(401).end();
      req.headers['x-user-id'] = sub;
      req.url = (req.url ?? '').slice('/p'.length);
      return proxy.web(req, res);
    });
  }),
);
