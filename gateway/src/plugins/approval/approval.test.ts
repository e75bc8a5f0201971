import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '@berth/testing/database.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const admin = person({ isSuperuser: true });
const narrow = manifestOf('hello', { routes: [{ path: '/x' }] });
const wide = manifestOf('hello', {
  name: 'Wider',
  routes: [{ path: '/x' }, { path: '/y/**', methods: ['GET', 'POST'] }],
});

async function open(
  first: unknown,
  approve = 'auto',
  options: Parameters<typeof startRig>[0] = {},
): Promise<{ rig: Rig; hello: FakeContainer }> {
  const hello = await startContainer(first);
  const rig = await startRig(options);
  ends.push(() => hello.stop().catch(() => {}), rig.end);
  await rig.writeServices(`services:\n  hello: {url: "${hello.url}", approve: ${approve}}\n`);
  await rig.room.start();
  return { rig, hello };
}

const itemForm = z.object({
  state: z.string(),
  version: z.string().nullable(),
  waiting: z
    .object({
      since: z.string(),
      digest: z.string(),
      differences: z.array(
        z.object({ pointer: z.string(), what: z.string(), before: z.json(), after: z.json() }),
      ),
    })
    .nullable(),
  refusal: z.object({ reasons: z.array(z.object({ detail: z.string() })) }).nullable(),
  stages: z.array(
    z.object({
      name: z.string(),
      outcome: z.string(),
      last_error: z.object({ message: z.string(), hint: z.string().nullable() }).nullable(),
    }),
  ),
});

async function adminItem(rig: Rig): Promise<z.output<typeof itemForm>> {
  const { items } = z
    .object({ items: z.array(itemForm) })
    .parse(await (await rig.as(admin, '/api/admin/plugins')).json());
  return items[0] ?? expect.unreachable();
}

function say(rig: Rig, word: 'approve' | 'reject', digest: string): Promise<Response> {
  return rig.as(admin, `/api/admin/plugins/hello/${word}`, {
    method: 'POST',
    body: JSON.stringify({ digest }),
    headers: { 'content-type': 'application/json' },
  });
}

const isOnline = (plugin: Plugin | undefined): boolean => plugin?.state === 'online';
const isWaiting = (plugin: Plugin | undefined): boolean => plugin?.waiting !== undefined;
const nameOf = (rig: Rig): string | undefined => rig.plugin('hello')?.admitted?.manifest.name;

describe('C8 what widens waits', () => {
  test('the approved manifest serves on, admins see a readable difference, approving switches over at once', async () => {
    const { rig, hello } = await open(narrow);
    await rig.until('hello', isOnline);
    hello.setManifest(wide);
    await rig.until('hello', isWaiting);
    expect([rig.plugin('hello')?.state, nameOf(rig)]).toEqual(['online', 'The hello']);
    expect(await (await rig.as(person(), '/api/plugins')).json()).toMatchObject({
      items: [{ name: 'The hello', state: 'online' }],
    });
    const item = await adminItem(rig);
    expect(item.state).toBe('awaiting_approval');
    expect(item.waiting?.differences).toEqual([
      {
        pointer: '/routes/1',
        what: 'Answers GET, POST /y/** for everybody who is signed in',
        before: null,
        after: { path: '/y/**', methods: ['GET', 'POST'], access: { any_user: true } },
      },
    ]);
    const approved = item.stages.find(({ name }) => name === 'approved');
    expect(approved).toMatchObject({
      outcome: 'failed',
      last_error: { message: expect.stringContaining('/y/**'), hint: expect.stringContaining('superuser') },
    });
    const answer = await say(rig, 'approve', item.waiting?.digest ?? '');
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { name: 'Wider', state: 'online', waiting: null },
    ]);
    expect(rig.plugin('hello')?.admitted?.compiled.routes.length).toBe(2);
    const rows = await rig.database.prisma.pluginDecision.findMany();
    expect(rows).toMatchObject([
      {
        pluginId: 'hello',
        outcome: 'approved',
        userId: admin.userId,
        userEmail: admin.email,
        manifest: { name: 'Wider' },
      },
    ]);
  });

  test('harmless changes apply at once', async () => {
    const { rig, hello } = await open(wide);
    await rig.until('hello', isOnline);
    hello.setManifest({ ...narrow, name: 'Renamed', icon: 'star', version: '2' });
    await rig.until('hello', () => nameOf(rig) === 'Renamed');
    expect(rig.plugin('hello')?.waiting).toBeUndefined();
  });

  test('nobody approves what they have not seen: 409 when another waits meanwhile, or nothing', async () => {
    const { rig, hello } = await open(narrow);
    await rig.until('hello', isOnline);
    expect((await say(rig, 'approve', 'x')).status).toBe(409);
    hello.setManifest(wide);
    const { waiting } = await rig.until('hello', isWaiting);
    hello.setManifest({ ...wide, access: { any_user: true, allow_superuser: true }, mounts: ['/api/more'] });
    await rig.until('hello', (plugin) => isWaiting(plugin) && plugin?.waiting?.digest !== waiting?.digest);
    expect((await say(rig, 'approve', waiting?.digest ?? '')).status).toBe(409);
    expect([nameOf(rig), await rig.database.prisma.pluginDecision.count()]).toEqual(['The hello', 0]);
    hello.setManifest(narrow);
    await rig.until('hello', (plugin) => !isWaiting(plugin));
    expect((await adminItem(rig)).state).toBe('online');
  });

  test('what was refused is not asked again, over a restart too, until it asks for something else; a superuser may think again', async () => {
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const { rig, hello } = await open(narrow, 'auto', { on: database });
    await rig.until('hello', isOnline);
    hello.setManifest(wide);
    const { waiting } = await rig.until('hello', isWaiting);
    expect((await say(rig, 'reject', waiting?.digest ?? '')).status).toBe(200);
    const refused = await adminItem(rig);
    expect([refused.state, refused.waiting, refused.refusal?.reasons[0]?.detail]).toEqual([
      'online',
      null,
      'refused by a superuser: Answers GET, POST /y/** for everybody who is signed in',
    ]);
    hello.setManifest({ ...wide, version: '3' });
    await vi.waitFor(() =>
      expect(hello.requests.filter(({ path }) => path === '/plugin/manifest').length).toBeGreaterThan(4),
    );
    expect(rig.plugin('hello')?.waiting).toBeUndefined();
    await rig.room.stop();

    const again = await startRig({ on: database });
    ends.push(again.end);
    await again.writeServices(`services:\n  hello: ${hello.url}\n`);
    await again.room.start();
    await again.until('hello', (plugin) => isOnline(plugin) && plugin?.refusal !== null);
    expect([nameOf(again), again.plugin('hello')?.waiting]).toEqual(['The hello', undefined]);
    hello.setManifest({ ...wide, mounts: ['/api/hello'] });
    await again.until('hello', isWaiting);
  });

  test('over a restart it waits on, and what serves is what was approved', async () => {
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const { rig, hello } = await open(narrow, 'auto', { on: database });
    await rig.until('hello', isOnline);
    hello.setManifest(wide);
    const { waiting } = await rig.until('hello', isWaiting);
    await rig.room.stop();
    const again = await startRig({ on: database });
    ends.push(again.end);
    await again.writeServices(`services:\n  hello: ${hello.url}\n`);
    await again.room.start();
    const plugin = await again.until('hello', isWaiting);
    expect([plugin.admitted?.manifest.name, plugin.waiting?.digest]).toEqual(['The hello', waiting?.digest]);
  });

  test('a decision that cannot be kept changes nothing', async () => {
    const { rig, hello } = await open(narrow);
    await rig.until('hello', isOnline);
    hello.setManifest(wide);
    const { waiting } = await rig.until('hello', isWaiting);
    vi.spyOn(rig.database.prisma.pluginDecision, 'create').mockImplementation(() => {
      throw new Error('the database is away');
    });
    expect((await say(rig, 'approve', waiting?.digest ?? '')).status).toBe(503);
    expect([nameOf(rig), isWaiting(rig.plugin('hello'))]).toEqual(['The hello', true]);
  });
});

describe('C8 at first sight', () => {
  const open_ = { path: '/open', access: { public: true, any_user: true } };

  test('auto: serves at once, its public routes closed until a superuser opens them; harmless changes go on', async () => {
    const { rig, hello } = await open(manifestOf('hello', { routes: [open_] }));
    const closed = await rig.until('hello', isOnline);
    const may = (who: Parameters<NonNullable<typeof closed.admitted>['compiled']['mayUse']>[0]) =>
      rig.plugin('hello')?.admitted?.compiled.routes[0]?.mayUse(who);
    expect([may(null), may({ isSuperuser: false, groupIds: new Set() })]).toEqual([null, 'any_user']);
    hello.setManifest(manifestOf('hello', { name: 'Renamed', routes: [open_] }));
    await rig.until('hello', () => nameOf(rig) === 'Renamed');
    const { waiting } = await adminItem(rig);
    expect(waiting?.differences.map(({ what }) => what)).toEqual([
      '/open: now also for everybody, without signing in',
    ]);
    expect(may(null)).toBeNull();
    expect((await say(rig, 'approve', waiting?.digest ?? '')).status).toBe(200);
    expect([may(null), rig.plugin('hello')?.admitted?.compiled.mayUse(null)]).toEqual(['public', null]);
  });

  test('first: the first manifest waits too; nothing is listed or served', async () => {
    const { rig } = await open(narrow, 'first');
    const plugin = await rig.until('hello', isWaiting);
    expect([plugin.state, plugin.admitted]).toEqual(['awaiting_approval', null]);
    expect(await (await rig.as(admin, '/api/plugins')).json()).toMatchObject({ items: [] });
    const { waiting } = await adminItem(rig);
    expect(waiting?.differences.map(({ what }) => what)).toEqual([
      'A first manifest: "The hello", version 1.0.0',
      'The extension itself: now also for everybody who is signed in',
      'Answers GET, HEAD /x for everybody who is signed in',
    ]);
    expect((await say(rig, 'approve', waiting?.digest ?? '')).status).toBe(200);
    expect(rig.plugin('hello')?.state).toBe('online');
  });

  test('first, refused: it stays out', async () => {
    const { rig } = await open(narrow, 'first');
    const { waiting } = await rig.until('hello', isWaiting);
    await say(rig, 'reject', waiting?.digest ?? '');
    expect(rig.plugin('hello')).toMatchObject({ state: 'rejected', admitted: null });
  });

  test('always: texts wait too', async () => {
    const { rig, hello } = await open(narrow, 'always');
    const first = await rig.until('hello', isWaiting);
    await say(rig, 'approve', first.waiting?.digest ?? '');
    hello.setManifest({ ...narrow, name: 'Renamed' });
    const { waiting } = await rig.until('hello', isWaiting);
    expect(waiting?.differences).toEqual([
      { pointer: '/name', what: 'Is another', before: 'The hello', after: 'Renamed' },
    ]);
    expect(nameOf(rig)).toBe('The hello');
  });
});
