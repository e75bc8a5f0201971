/** What a manifest says in further languages reaches the pages with the plugin. */
import { json, manifestOf } from '@berth/testing/fake-container.ts';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { person, rigWith } from '../testing/rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test('G5: texts in further languages come along, of what the caller sees alone', async () => {
  const { rig, container } = await rigWith(
    'hello',
    manifestOf('hello', {
      access: { allow_superuser: true },
      ui: { entry: '/ui/' },
      nav: [
        { id: 'home', title: 'Home', access: { any_user: true } },
        { id: 'inner', title: 'Inner', path: '#/inner' },
      ],
      translations: {
        de: { 'The hello': 'Das Hallo', Home: 'Start', Inner: 'Innen', 'In the settings': 'x' },
      },
    }),
  );
  ends.push(rig.end, container.stop);
  await rig.until('hello', (plugin) => plugin?.state === 'online');
  const ofAdmin: unknown = await (await rig.as(person({ isSuperuser: true }), '/api/plugins')).json();
  expect(ofAdmin).toMatchObject({
    items: [{ name: 'The hello', translations: { de: { Home: 'Start', Inner: 'Innen' } } }],
  });
  const list = z.object({ items: z.array(z.looseObject({ translations: z.unknown() })) });
  const ofUser = list.parse(await (await rig.as(person(), '/api/plugins')).json());
  expect(ofUser.items[0]?.translations).toEqual({ de: { 'The hello': 'Das Hallo', Home: 'Start' } });
});

test('G5: lists of admins and of services are named and judged in the reader’s language', async () => {
  const { rig, container } = await rigWith(
    'hello',
    manifestOf('hello', {
      translations: {
        de: { 'The hello': 'Das Hallo', 'The disk of {0} is full.': 'Die Platte von {0} ist voll.' },
      },
    }),
  );
  ends.push(rig.end, container.stop);
  await rig.until('hello', (plugin) => plugin?.state === 'online');
  container.answers.set('/health', json({ status: 'degraded', detail: 'The disk of shop is full.' }));
  const root = person({ isSuperuser: true });
  const ask = async (path: string, language: string, method = 'GET'): Promise<unknown> =>
    (await rig.as(root, path, { method, headers: { 'accept-language': language } })).json();
  const german = { name: 'Das Hallo', detail: 'Die Platte von shop ist voll.' };
  expect(await ask('/api/admin/plugins/hello/refresh', 'de', 'POST')).toMatchObject(german);
  expect(await ask('/api/admin/plugins', 'de')).toMatchObject({ items: [german] });
  expect(await ask('/api/services', 'de')).toMatchObject({ items: [german] });
  // The page says the name by the translations that come along.
  expect(await ask('/api/plugins', 'de')).toMatchObject({ items: [{ ...german, name: 'The hello' }] });
  expect(await ask('/api/admin/plugins', 'en')).toMatchObject({
    items: [{ name: 'The hello', detail: 'The disk of shop is full.' }],
  });
});
