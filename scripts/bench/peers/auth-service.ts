/** The authoriser that stands behind nginx `auth_request` and Caddy's `forward_auth`: it keeps the tokens that it has verified. */
import { createServer } from 'node:http';
import { announce } from '../announce.ts';
import { subjectFinder } from './verify.ts';

const subjectOf = subjectFinder({ isCached: true });

announce(
  createServer((req, res) => {
    void subjectOf(req.headers.authorization).then((sub) => {
      if (sub === null) res.writeHead(401, { 'content-length': 0 }).end();
      else res.writeHead(200, { 'x-user-id': sub, 'content-length': 0, 'cache-control': 'max-age=30' }).end();
    });
  }),
);
