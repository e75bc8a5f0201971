/** As somebody would build it: Hono on Node, `hono/proxy`, jose for every request. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { proxy } from 'hono/proxy';
import { subjectFinder } from './verify.ts';

const subjectOf = subjectFinder({ isCached: false });
const app = new Hono();
app.all('/p/*', async (c) => {
  const sub = await subjectOf(c.req.header('authorization'));
  if (sub === null) return c.body(null, 401);
  return proxy(`http://127.0.0.1:${process.env['UPSTREAM']}${c.req.path.slice('/p'.length)}`, {
    raw: c.req.raw,
    headers: { ...c.req.header(), 'x-user-id': sub },
  });
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.stdout.write(`${JSON.stringify({ port })}\n`),
);
