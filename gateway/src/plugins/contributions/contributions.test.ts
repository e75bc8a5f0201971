/** Badges, search results and widgets over a real container: with the caller's rights, and bounded. */
import { json, manifestOf, type FakeContainer } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person, rigWith, type Rig } from '../testing/rig.ts';

const editors = 'hello-editors';
const open = { any_user: true, allow_superuser: true };
let rig: Rig;
let container: FakeContainer;
const anybody = person();

const status = async (path: string, who = anybody): Promise<number> => (await rig.as(who, path)).status;
const answer = async (path: string, who = anybody): Promise<unknown> => (await rig.as(who, path)).json();

beforeAll(async () => {
  ({ rig, container } = await rigWith(
    'hello',
    manifestOf('hello', {
      access: open,
      identity: { claims: ['email'] },
      routes: [
        { path: '/things/**', access: open },
        { path: '/secret/**', access: { allow_superuser: true } },
      ],
      nav: [
        { id: 'in', title: 'In' },
        { id: 'editors', title: 'Editors', access: { required_groups: [editors] } },
      ],
      badges: {},
      search: { path: '/things/find', query: { q: '{q}', size: '{limit}' } },
      widgets: [
        { id: 'last', title: 'Last', kind: 'list', path: '/things/last', empty: 'None yet.' },
        { id: 'secret', title: 'Secret', kind: 'number', path: '/secret/count' },
        { id: 'big', title: 'Big', kind: 'number', path: '/things/big' },
        { id: 'slow', title: 'Slow', kind: 'number', path: '/things/slow' },
      ],
    }),
  ));
  container.answers.set('/plugin/badges', json({ in: 4, editors: 2, unknown: 1 }));
  container.answers.set(
    '/things/find?q=crane+%26&size=5',
    json({ items: [{ title: 'A crane', path: '#/7' }] }),
  );
  container.answers.set('/things/last', json({ items: [] }));
  container.answers.set('/secret/count', json({ value: 3 }));
  container.answers.set('/things/big', (_, res) =>
    res.end(JSON.stringify({ value: 1, more: 'x'.repeat(300_000) })),
  );
  container.answers.set('/things/slow', () => undefined);
  await rig.until('hello', (plugin) => plugin?.state === 'online');
});
afterAll(async () => {
  await rig.end();
  await container.stop();
});

test('G1: badges come as the person who looks, for entries that they see', async () => {
  expect(await answer('/api/plugins/hello/badges')).toEqual({ counts: { in: 4 } });
  const asked = container.requests.find(({ path }) => path === '/plugin/badges');
  expect(asked?.headers['x-user-id']).toBe(anybody.userId);
  expect(asked?.headers['x-berth-assertion']).toBe(`assertion hello ${anybody.userId}`);
  expect(asked?.headers.cookie).toBeUndefined();
});

test('G1: results of the search come in the words that the extension declared', async () => {
  expect(await answer('/api/plugins/hello/search?q=crane%20%26')).toEqual({
    items: [{ title: 'A crane', subtitle: '', path: '#/7', icon: null }],
  });
  expect(await status('/api/plugins/hello/search?q=')).toBe(422);
});

test('G2: a widget behind a rule is neither listed nor answered for others', async () => {
  const member = person({ isSuperuser: true });
  const titles = async (who: typeof anybody) => JSON.stringify(await answer('/api/plugins', who));
  expect(await titles(anybody)).not.toContain('Secret');
  expect(await titles(member)).toContain('Secret');
  expect(await status('/api/plugins/hello/widgets/secret')).toBe(404);
  expect(await answer('/api/plugins/hello/widgets/secret', member)).toEqual({
    kind: 'number',
    value: 3,
    unit: '',
    path: null,
  });
  expect(await answer('/api/plugins/hello/widgets/last')).toEqual({ kind: 'list', items: [] });
});

test('G2: an answer that is too large or never comes is a failure of its own, and holds no other', async () => {
  const slow = status('/api/plugins/hello/widgets/slow');
  expect(await status('/api/plugins/hello/widgets/big')).toBe(502);
  expect(await status('/api/plugins/hello/widgets/last')).toBe(200);
  expect(await slow).toBe(504);
  expect(await status('/api/plugins/hello/widgets/none')).toBe(404);
  expect(await status('/api/plugins/other/badges')).toBe(404);
});
