/** The rooms of plugins and connections as they are wired, on a real database, with one container that asks for connections. */
import { randomBytes } from 'node:crypto';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import { log, startRig } from '../../testing/rig.ts';
import { connectionsRoom } from '../connections.room.ts';
import type { SealingKey } from '../key-ring-sealer.ts';

export const wishes = [
  { name: 'ai', kind: 'ai.chat', reason: 'Proposes names' },
  { name: 'api', kind: 'http' },
  { name: 'post', kind: 'smtp' },
];

const translations = { de: { 'The scribe': 'Der Schreiber', 'Proposes names': 'Schlägt Namen vor' } };

export type ConnectionsRig = Awaited<ReturnType<typeof connectionsRig>>;

export async function connectionsRig() {
  const container = await startContainer(manifestOf('scribe', { connections: wishes, translations }));
  const rig = await startRig({ servicesFromEnv: [{ id: 'scribe', url: container.url }], pollSeconds: 3600 });
  await rig.room.start();
  await rig.until('scribe', (plugin) => plugin?.state === 'online');
  const keys: SealingKey[] = [{ id: 'secret', secret: randomBytes(32) }];
  const clock = { offsetMs: 0 };
  const room = connectionsRoom({
    prisma: rig.database.prisma,
    snapshot: rig.room.snapshot,
    sealingKeys: () => keys,
    verifyCallback: rig.room.verifyCallback,
    now: () => Date.now() + clock.offsetMs,
    log,
  });
  const app = new Hono().route('/', room.routes).route('/', room.internalRoutes);
  app.onError((error) => problemResponse(error, undefined, log));
  const token = String(container.requests[0]?.headers['x-berth-callback']);
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    Promise.resolve(
      app.request(path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  return {
    rig,
    room,
    keys,
    clock,
    prisma: rig.database.prisma,
    send,
    /** As the container calls it. */
    call: (
      path: string,
      body?: unknown,
      method = body === undefined ? 'GET' : 'POST',
      headers: Record<string, string> = {},
    ) => send(method, `/internal/connections${path}`, body, { authorization: `Bearer ${token}`, ...headers }),
    /** Makes a connection and gives it to the container. @returns its id */
    give: async (name: string, options: Record<string, unknown>, secret: string | null = 'sk-secret') => {
      const made = await send('POST', '/api/admin/connections', {
        name: `${name} of the tests`,
        options,
        secret,
      });
      const { id } = z.object({ id: z.string() }).parse(await made.json());
      const given = await send('PUT', `/api/admin/plugins/scribe/connections/${name}`, { connection_id: id });
      if (given.status !== 204) throw new Error(`${made.status} ${given.status} ${await given.text()}`);
      return id;
    },
    end: async () => {
      await room.stop();
      await rig.end();
      await container.stop();
    },
  };
}
