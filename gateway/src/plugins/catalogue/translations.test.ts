/** What a manifest says in further languages reaches the pages with the plugin. */
import { manifestOf } from '@berth/testing/fake-container.ts';
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
