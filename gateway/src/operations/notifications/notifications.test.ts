/** What people are told: by a real gateway's rooms, on a real database. */
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { Hono } from 'hono';
import { openDatabase } from '#platform/database.ts';
import { emptySnapshot, type Plugin } from '#plugins/registry/snapshot.ts';
import { notificationsRoom, type NotificationsRoom } from './notifications.room.ts';
import { notificationsStore } from './notifications.store.ts';
import { pluginWatch } from './plugin-watch.ts';
import type { News } from './notifications.types.ts';

const log = createLogger('test', 'silent');
let files: TestDatabase;
let database: ReturnType<typeof openDatabase>;
let room: NotificationsRoom;
let app: Hono;
const letters: { to: string; subject: string; text: string }[] = [];
const ids: Record<string, string> = {};

async function ask(who: string, path: string, method = 'GET', body?: object) {
  const answer = await app.request(path, {
    method,
    headers: { 'x-test-as': ids[who] ?? '', 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  const told: unknown = text === '' ? null : JSON.parse(text);
  return { status: answer.status, told };
}
const list = async (who: string) => (await ask(who, '/api/notifications')).told;

beforeAll(async () => {
  files = await freshDatabase('gateway');
  database = openDatabase({ url: files.url, log });
  for (const [name, isSuperuser] of Object.entries({ ada: true, ben: false, cleo: false })) {
    const { id } = await database.prisma.user.create({
      data: { email: `${name}@example.com`, isSuperuser },
    });
    ids[name] = id;
  }
  const group = await database.prisma.group.create({
    data: { name: 'Quay-admin', nameKey: 'quay-admin' },
  });
  await database.prisma.membership.create({ data: { groupId: group.id, userId: ids['cleo'] ?? '' } });
  room = notificationsRoom({
    prisma: database.prisma,
    principalOf: (c) => ({
      userId: c.req.header('x-test-as') ?? '',
      email: '',
      name: '',
      isSuperuser: false,
      groupIds: new Set(),
      groupNames: new Map(),
      credential: { kind: 'session', id: 's', expiresAt: Number.MAX_SAFE_INTEGER },
    }),
    post: (letter) => Promise.resolve(void letters.push(letter)),
    publicUrl: 'https://berth.example',
    now: Date.now,
    log,
  });
  app = new Hono();
  app.route('/', room.routes);
});
afterAll(async () => {
  room.stop();
  await database.close();
  await files.drop();
});

test('G5: a request for access is told to superusers and to those who look after the extension, once while unread', async () => {
  const quay = { id: 'quay', name: 'The quay' };
  const by = { userId: ids['ben'] ?? '', name: 'Ben' };
  room.news.accessRequested(quay, by);
  const asked = {
    unread: 1,
    items: [{ kind: 'request', title: 'Ben asks for access to The quay', is_read: false }],
  };
  await vi.waitFor(async () => expect(await list('ada')).toMatchObject(asked));
  await vi.waitFor(async () => expect(await list('cleo')).toMatchObject(asked));
  room.news.accessRequested(quay, by);
  room.news.accessDecided(quay, by.userId, true);
  await vi.waitFor(async () =>
    expect(await list('ben')).toMatchObject({
      unread: 1,
      items: [{ title: 'The quay is open to you', link: '/extensions/quay' }],
    }),
  );
  expect(await list('ada')).toMatchObject({ unread: 1 });
});

test('G5: one’s own change is kept as read; reading, clearing and choices are each person’s own', async () => {
  room.news.settingsChanged({ id: 'quay', name: 'The quay' }, ids['ben'] ?? '', true);
  await vi.waitFor(async () =>
    expect(await list('ben')).toMatchObject({ unread: 1, items: [{ is_read: true }, {}] }),
  );
  expect((await ask('ben', '/api/notifications/read', 'POST', {})).status).toBe(204);
  expect(await list('ben')).toMatchObject({ unread: 0 });
  expect(await list('cleo')).toMatchObject({ unread: 1 });
  expect((await ask('ben', '/api/notifications', 'DELETE')).status).toBe(204);
  expect(await list('ben')).toMatchObject({ items: [] });
  const wish = { by_mail: true, dismissed: ['first-steps', 'first-steps'] };
  expect((await ask('cleo', '/api/notifications/choices', 'PATCH', wish)).told).toEqual({
    has_mail: true,
    by_mail: true,
    dismissed: ['first-steps'],
  });
  expect(await list('ada')).toMatchObject({ choices: { by_mail: false, dismissed: [] } });
});

test('G5: what matters is written to those who wish for letters, with the way there', async () => {
  letters.length = 0;
  room.news.accessRequested({ id: 'quay', name: 'The quay' }, { userId: ids['ben'] ?? '', name: 'Ben' });
  await vi.waitFor(() => expect(letters).toHaveLength(1));
  expect(letters[0]).toMatchObject({ to: 'cleo@example.com', subject: 'Ben asks for access to The quay' });
  // The title is a sentence of the catalogues, by itself on its line: it comes in the reader's language.
  expect(letters[0]?.text).toMatch(/^Ben asks for access to The quay\n\n/);
  expect(letters[0]?.text).toContain('https://berth.example/admin/requests');
});

test('G5: of each person the newest hundred are kept', async () => {
  const store = notificationsStore(database.prisma);
  const news = { kind: 'settings', title: 'T', detail: '', link: '', isRead: true } as const;
  const userId = ids['ben'] ?? '';
  await database.prisma.notification.createMany({
    data: Array.from({ length: 102 }, (_, count) => ({
      userId,
      key: `k${count}`,
      kind: 'settings',
      title: 'T',
      createdAt: new Date(count),
    })),
  });
  await store.add({ ...news, key: 'newest', audience: { kind: 'person', userId } }, new Date(102));
  expect(await database.prisma.notification.count({ where: { userId: ids['ben'] ?? '' } })).toBe(100);
  const [first] = await store.page(ids['ben'] ?? '', null, 1);
  expect(first?.createdAt).toEqual(new Date(102));
});

test('G5: an extension that is away is told once, and that it is back; a restart and a switch are no news', () => {
  vi.useFakeTimers();
  try {
    const told: News[] = [];
    const watch = pluginWatch((news) => void told.push(news));
    const show = (state: Plugin['state'], more: Partial<Plugin> = {}) =>
      watch.look({ ...emptySnapshot, plugins: new Map([['quay', pluginIn(state, more)]]) });
    show('online');
    show('offline');
    vi.advanceTimersByTime(5_000);
    show('online');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    show('offline');
    vi.advanceTimersByTime(31_000);
    show('offline');
    show('online');
    expect(told.map(({ kind }) => kind)).toEqual(['offline', 'back']);
    const waiting = { since: 0, digest: 'd1', differences: [] };
    show('online', { waiting });
    show('online', { waiting });
    expect(told.slice(2)).toMatchObject([
      { kind: 'approval', link: '/admin/plugins#quay', isImportant: true },
    ]);
    watch.stop();
  } finally {
    vi.useRealTimers();
  }
});

function pluginIn(state: Plugin['state'], more: Partial<Plugin>): Plugin {
  return {
    id: manifestOf('quay').id,
    origin: 'http://127.0.0.1:1',
    state,
    stateSince: 0,
    detail: null,
    admitted: null,
    refusal: null,
    stages: [],
    nextPollAt: null,
    ...more,
  };
}
