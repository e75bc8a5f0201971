/** A peer as somebody would build it: Fastify, @fastify/http-proxy, an RS256 token checked once and then cached. */
import { generateKeyPairSync } from 'node:crypto';
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { jwtVerify, SignJWT } from 'jose';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 });
const token = await new SignJWT({ groups: ['bench-admin'] }).setProtectedHeader({ alg: 'RS256' }).setSubject('ann').setExpirationTime('1h').sign(privateKey);
const verified = new Map<string, { sub: string; expiresAt: number }>();

const app = Fastify({ logger: false, bodyLimit: 2 ** 40, keepAliveTimeout: 60_000 });
app.decorateRequest('sub', '');
await app.register(httpProxy, {
  upstream: `http://127.0.0.1:${process.env['UPSTREAM']}`,
  prefix: '/p',
  undici: { connections: 128, pipelining: 1 },
  preHandler: (request, reply, done) => {
    void subjectOf(request.headers.authorization ?? '').then((sub) => {
      if (sub === null) return reply.code(401).send();
      request.headers['x-user-id'] = sub;
      done();
    });
  },
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ port: Number(new URL(address).port), path: '/p/files/1', token })}\n`);

async function subjectOf(authorization: string): Promise<string | null> {
  const given = authorization.slice('Bearer '.length);
  const known = verified.get(given);
  if (known && known.expiresAt > Date.now()) return known.sub;
  try {
    const { payload } = await jwtVerify(given, publicKey, { algorithms: ['RS256'] });
    if (payload.sub === undefined || payload.exp === undefined || !Array.isArray(payload['groups']) || !payload['groups'].includes('bench-admin')) return null;
    verified.set(given, { sub: payload.sub, expiresAt: payload.exp * 1000 });
    return payload.sub;
  } catch {
    return null;
  }
}
