import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '@berth/testing/database.ts';
import {
  json,
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';
import { useRig, ends, shape, svg } from './testing/icons.ts';

useRig();

const picture =
  (bytes: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': 'image/svg+xml', ...headers }).end(bytes);
const withIcon = manifestOf('hello', { icon: 'ui/icon.svg' });

async function open(
  answer: Answer,
  options: Parameters<typeof startRig>[0] = {},
): Promise<{ rig: Rig; hello: FakeContainer }> {
  const hello = await startContainer(withIcon);
  hello.answers.set('/ui/icon.svg', answer);
  ends.push(() => hello.stop().catch(() => {}));
  const rig = await startRig({ servicesFromEnv: [{ id: 'hello', url: hello.url }], ...options });
  ends.push(rig.end);
  await rig.room.start();
  return { rig, hello };
}

const listForm = z.object({
  items: z.array(z.object({ icon: z.string(), icon_url: z.string().nullable() })),
});
async function iconUrl(rig: Rig, who = person()): Promise<string | null> {
  const { items } = listForm.parse(await (await rig.as(who, '/api/plugins')).json());
  return items[0]?.icon_url ?? null;
}
async function notes(rig: Rig): Promise<string> {
  const answer = await rig.as(person({ isSuperuser: true }), '/api/admin/plugins');
  return z
    .object({ items: z.array(z.object({ notes: z.array(z.string()) })) })
    .parse(await answer.json())
    .items.flatMap((item) => item.notes)
    .join();
}
const hasIcon = (plugin: Parameters<Parameters<Rig['until']>[1]>[0]): boolean =>
  plugin?.admitted?.icon !== undefined;
const hasFault = (plugin: Parameters<Parameters<Rig['until']>[1]>[0]): boolean =>
  plugin?.admitted?.iconFault !== undefined;

describe('hazard M9: the icon on its way', () => {
  test('is fetched, cleaned, listed with its address, and served so that it can do nothing', async () => {
    const { rig } = await open(picture(svg(`<script>alert(1)</script>${shape}`)));
    await rig.until('hello', hasIcon);
    const url = (await iconUrl(rig)) ?? '';
    expect(url).toMatch(/^\/api\/plugins\/hello\/icon\?v=[\w-]{22}$/);
    const answer = await rig.as(person(), url);
    const text = await answer.text();
    expect([answer.status, text.includes('<path'), text.includes('script')]).toEqual([200, true, false]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    const etag = answer.headers.get('etag') ?? '';
    const again = await rig.as(person(), '/api/plugins/hello/icon', { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, no-cache']);
    expect(await notes(rig)).toContain('Its icon was cleaned: left out of it: script');
  });

  test('is the same 404 for one that is not there, not yours, and has no picture', async () => {
    const { rig, hello } = await open(picture(svg(shape)));
    await rig.until('hello', hasIcon);
    hello.setManifest(manifestOf('hello', { icon: 'ui/icon.svg', access: { allow_superuser: true } }));
    await rig.until('hello', (plugin) => plugin?.admitted?.manifest.access?.any_user === false);
    const answers = await Promise.all(
      ['hello', 'absent'].map((id) => rig.as(person(), `/api/plugins/${id}/icon`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect((await rig.as(person({ isSuperuser: true }), '/api/plugins/hello/icon')).status).toBe(200);
  });

  test.each<[string, Answer, RegExp]>([
    [
      'a redirect to elsewhere',
      (_, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/icon.svg' }).end(),
      /answered 302/,
    ],
    ['one that is not there', json({}, 404), /answered 404/],
    ['a bomb', picture(gzipSync(Buffer.alloc(4_000_000, 32)), { 'content-encoding': 'gzip' }), /compressed/],
    [
      'one without end',
      (_, res) =>
        void res
          .writeHead(200)
          .on('drain', () => res.write(Buffer.alloc(65_536)))
          .write(Buffer.alloc(1_000_000)),
      /larger than/,
    ],
    [
      'one that says how large it is',
      (_, res) => void res.writeHead(200, { 'content-length': '99999999' }).write(' '),
      /larger than/,
    ],
    ['a page', picture('<html></html>', { 'content-type': 'text/html' }), /neither a PNG nor/],
  ])('%s is told to admins, and the plugin serves with the name of its icon', async (_, answer, reason) => {
    const { rig } = await open(answer);
    const plugin = await rig.until('hello', hasFault);
    expect([plugin.state, plugin.admitted?.iconFault]).toEqual(['online', expect.stringMatching(reason)]);
    expect(await iconUrl(rig)).toBeNull();
    expect(await notes(rig)).toContain('Its icon is not shown');
  });

  test('one that hangs holds up nothing: the plugin is online meanwhile', async () => {
    const { rig, hello } = await open(() => {}, { pollSeconds: 60 });
    const plugin = await rig.until('hello', () => hello.count('/ui/icon.svg') === 1);
    expect([plugin.state, hasIcon(plugin), hasFault(plugin)]).toEqual(['online', false, false]);
  });

  test('is fetched once for each manifest, stays while the next is on its way, and outlives a restart', async () => {
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const { rig, hello } = await open(picture(svg(shape)), { on: database });
    const first = await rig.until('hello', hasIcon);
    const health = hello.count('/health');
    await rig.until('hello', () => hello.count('/health') > health + 3);
    expect(hello.count('/ui/icon.svg')).toBe(1);
    hello.answers.set('/ui/icon.svg', json({}, 503));
    hello.setManifest({ ...withIcon, version: '2' });
    await rig.until(
      'hello',
      (plugin) => plugin?.admitted?.manifest.version === '2' && hello.count('/ui/icon.svg') > 1,
    );
    expect(rig.plugin('hello')?.admitted?.icon?.digest).toBe(first.admitted?.icon?.digest);
    hello.answers.set('/ui/icon.svg', picture(svg('<circle r="3"/>')));
    await rig.until('hello', (plugin) => plugin?.admitted?.icon?.digest !== first.admitted?.icon?.digest);
    const present = rig.plugin('hello')?.admitted?.icon?.digest;
    await rig.room.stop();
    await hello.stop();
    const again = await startRig({ on: database, servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    ends.push(again.end);
    await again.room.start();
    expect(again.plugin('hello')?.admitted?.icon?.digest).toBe(present);
    expect((await again.as(person(), (await iconUrl(again)) ?? '')).status).toBe(200);
  });
});
