/** The room of the plugins as `app.ts` would build it, on a real database, with containers of the test's own. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { vi } from 'vitest';
import type { Principal } from '#identity/access/principal.ts';
import { openDatabase } from '#platform/database.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { pluginsRoom, type PluginsNeeds, type PluginsRoom } from '../plugins.room.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';

export type Rig = {
  room: PluginsRoom;
  database: ReturnType<typeof openDatabase>;
  groups: Map<string, string>;
  plugin: (id: string) => Plugin | undefined;
  /** Waits for the picture of a plugin to become what the test says. */
  until: (id: string, holds: (plugin: Plugin | undefined) => boolean) => Promise<Plugin>;
  as: (who: Principal, path: string, init?: RequestInit) => Promise<Response>;
  /** From now on this person is who they are here, or signed out, and whoever listens hears of it; `undefined`: anybody's rights may be others. */
  changeRights: (userId: string | undefined, who: Principal | null) => void;
  writeServices: (yaml: string) => Promise<void>;
  /** Beside `services.yaml`. */
  writeFile: (name: string, content: string) => Promise<void>;
  end: () => Promise<void>;
};

export const log = createLogger('test', 'silent');

export function person(more: Partial<Principal> = {}): Principal {
  return {
    userId: randomUUID(),
    email: 'ada@example.org',
    name: 'Ada',
    isSuperuser: false,
    groupIds: new Set(),
    groupNames: new Map(),
    credential: { kind: 'session', id: 's', expiresAt: Number.MAX_SAFE_INTEGER },
    ...more,
  };
}

type Options = Partial<Omit<PluginsNeeds, 'database'>> & {
  on?: TestDatabase;
  prisma?: PluginsNeeds['database']['prisma'];
};

/** @param on an existing database, for what must outlive a restart; else a fresh one that goes with the rig */
export async function startRig({ on, prisma, ...more }: Options = {}): Promise<Rig> {
  const own = on ? null : await freshDatabase('gateway');
  const database = openDatabase({ url: (on ?? own)?.url ?? '', log });
  const folder = await mkdtemp(join(tmpdir(), 'berth-plugins-'));
  const groups = new Map<string, string>();
  const askers = new Map<string, Principal>();
  const listeners = new Set<(userId: string | undefined) => void>();
  const room = pluginsRoom({
    database: { prisma: prisma ?? database.prisma },
    servicesFile: join(folder, 'services.yaml'),
    servicesFromEnv: [],
    pollSeconds: 0.05,
    ensureGroup: async (name) => void (groups.has(name) || groups.set(name, randomUUID())),
    goneGroupsOf: async (ids) => ids.filter((id) => ![...groups.values()].includes(id)),
    idsByName: async (names) =>
      new Map(names.flatMap((name) => (groups.has(name) ? [[name, groups.get(name) ?? ''] as const] : []))),
    signAssertion: (who, id) => `assertion ${id} ${who.userId}`,
    issueFrameToken: (who, id) => ({ token: `${id}.${who.userId}`, expiresAt: 0 }),
    principalOf: (c) => {
      const who = askers.get(c.req.header('x-test-as') ?? '');
      if (!who) throw new Problem('not-signed-in');
      return who;
    },
    identify: (rawHeaders) => {
      const who = askers.get(rawHeaders[rawHeaders.indexOf('x-test-as') + 1] ?? '');
      return who ? { ok: true, principal: who } : { ok: false, reason: 'invalid' };
    },
    onRightsChanged: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    callbackSecret: 'a secret of the test',
    now: Date.now,
    log,
    ...more,
  });
  const app = new Hono();
  app.use('*', requestId());
  app.route('/', room.routes);
  app.onError((error) => problemResponse(error, undefined, log));
  const plugin = (id: string): Plugin | undefined => room.snapshot().plugins.get(id);
  return {
    room,
    database,
    groups,
    plugin,
    until: (id, holds) =>
      vi.waitFor(
        () => {
          const found = plugin(id);
          if (!holds(found))
            throw new Error(
              `not yet: ${JSON.stringify(found && { state: found.state, detail: found.detail, refusal: found.refusal })}`,
            );
          if (!found) throw new Error('not there');
          return found;
        },
        { interval: 10 },
      ),
    as: async (who, path, init = {}) => {
      askers.set(who.userId, who);
      const headers = new Headers(init.headers);
      headers.set('x-test-as', who.userId);
      return app.request(path, { ...init, headers });
    },
    changeRights: (userId, who) => {
      if (userId !== undefined && who) askers.set(userId, who);
      else if (userId !== undefined) askers.delete(userId);
      for (const listener of listeners) listener(userId);
    },
    writeServices: (yaml) => writeFile(join(folder, 'services.yaml'), yaml),
    writeFile: async (name, content) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    },
    end: async () => {
      await room.stop();
      await database.close();
      await own?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A rig with one container that is online. */
export async function rigWith(
  id: string,
  manifest: unknown,
  more: Options = {},
): Promise<{ rig: Rig; container: FakeContainer }> {
  const container = await startContainer(manifest);
  const rig = await startRig({ servicesFromEnv: [{ id, url: container.url }], ...more });
  await rig.room.start();
  return { rig, container };
}
