/**
 * The rooms of plugins and capabilities as they are wired, on a real database, with containers of the test's
 * own.
 */
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { log, person, startRig } from '../../testing/rig.ts';
import { capabilitiesRoom, type CapabilitiesDeps, type CapabilitiesRoom } from '../capabilities.room.ts';

export type Declared = Record<string, readonly { kind: string; id: string; [more: string]: unknown }[]>;
export type CapabilitiesRig = Awaited<ReturnType<typeof capabilitiesRig>>;

/** @param declared by plugin, what its manifest says under `capabilities` */
export async function capabilitiesRig(
  declared: Declared,
  more: Partial<CapabilitiesDeps> & { manifests?: Record<string, Record<string, unknown>> } = {},
) {
  const containers = new Map<string, FakeContainer>();
  for (const [id, capabilities] of Object.entries(declared))
    containers.set(
      id,
      await startContainer(manifestOf(id, { ...more.manifests?.[id], capabilities: [...capabilities] })),
    );
  const rig = await startRig({
    servicesFromEnv: [...containers].map(([id, { url }]) => ({ id, url })),
    pollSeconds: 3600,
  });
  await rig.room.start();
  for (const id of containers.keys()) await rig.until(id, (plugin) => plugin?.state === 'online');
  const people = new Map<string, Principal>();
  const faults = new Map<string, string>();
  const listeners = new Set<(userId: string | undefined) => void>();
  const clock = { offsetMs: 0 };
  const reader = { language: 'en' };
  const build = (again: Partial<CapabilitiesDeps> = {}): { room: CapabilitiesRoom; app: Hono } => {
    const room = capabilitiesRoom({
      prisma: rig.database.prisma,
      snapshot: rig.room.snapshot,
      onChange: rig.room.onChange,
      fits: rig.room.fits,
      connectionFault: async (pluginId, name) => faults.get(`${pluginId}/${name}`) ?? null,
      principalOf: (c) => {
        const who = people.get(c.req.header('x-test-as') ?? '');
        if (!who) throw new Problem('not-signed-in');
        return who;
      },
      identify: (rawHeaders) => {
        const who = people.get(rawHeaders[rawHeaders.indexOf('x-test-as') + 1] ?? '');
        return who ? { ok: true, principal: who } : { ok: false, reason: 'invalid' };
      },
      onRightsChanged: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      signAssertion: (who, pluginId) => `assertion ${pluginId} ${who.userId}`,
      tellWrite: async () => {},
      timeoutMs: 10_000,
      maxLogDays: 31,
      isHolding: false,
      now: () => Date.now() + clock.offsetMs,
      log,
      ...more,
      ...again,
    });
    const app = new Hono().route('/', room.routes);
    app.onError((error) => problemResponse(error, undefined, log));
    return { room, app };
  };
  let { room, app } = build();
  room.start();
  const root = person({ isSuperuser: true });
  const send = (who: Principal, method: string, path: string, body?: unknown): Promise<Response> => {
    people.set(who.userId, who);
    return Promise.resolve(
      app.request(path, {
        method,
        headers: {
          'x-test-as': who.userId,
          'accept-language': reader.language,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  };
  return {
    rig,
    root,
    container: (id: string): FakeContainer => {
      const found = containers.get(id);
      if (!found) throw new Error(`no container ${id}`);
      return found;
    },
    containers,
    clock,
    /** In which language they ask. */
    reader,
    /** By `{plugin}/{connection}`: why it cannot be used. */
    faults,
    prisma: rig.database.prisma,
    send,
    admin: (method: string, path: string, body?: unknown) => send(root, method, `/api/admin${path}`, body),
    /** From now on this person is who they are here, or signed out, and what follows them hears of it. */
    changeRights: (userId: string, who: Principal | null): void => {
      if (who) people.set(userId, who);
      else people.delete(userId);
      for (const listener of listeners) listener(userId);
    },
    /** Makes something and hands back its id. */
    made: async (path: string, body: unknown): Promise<string> => {
      const answer = await send(root, 'POST', `/api/admin${path}`, body);
      if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
      return z.object({ id: z.string() }).parse(await answer.json()).id;
    },
    /** The gateway is stopped and started again on the same database. */
    restart: async (again: Partial<CapabilitiesDeps> = {}) => {
      await room.stop();
      ({ room, app } = build(again));
      room.start();
    },
    end: async () => {
      await room.stop();
      await rig.end();
      for (const container of containers.values()) await container.stop();
    },
  };
}
