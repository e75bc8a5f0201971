/** As somebody would build it: Fastify, @fastify/http-proxy, @fastify/jwt with its cache of tokens on. */
import jwt from '@fastify/jwt';
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { z } from 'zod';
import { peerGroup, peerIssuer, peerKey } from './keys.ts';

const claims = z.object({ sub: z.string(), groups: z.array(z.string()) });
const app = Fastify({ logger: false, bodyLimit: 2 ** 40, keepAliveTimeout: 60_000 });
await app.register(jwt, {
  secret: { public: peerKey().pem },
  verify: { algorithms: ['RS256'], allowedIss: peerIssuer, cache: true },
});
await app.register(httpProxy, {
  upstream: `http://127.0.0.1:${process.env['UPSTREAM']}`,
  prefix: '/p',
  undici: { connections: 128, pipelining: 1 },
  preHandler: (request, reply, done) => {
    void request.jwtVerify().then(
      (token) => {
        const { sub, groups } = claims.parse(token);
        if (!groups.includes(peerGroup)) return reply.code(403).send();
        request.headers['x-user-id'] = sub;
        done();
      },
      () => reply.code(401).send(),
    );
  },
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ port: Number(new URL(address).port) })}\n`);
