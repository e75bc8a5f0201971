/** B6: who is in the group `{id}-admin` looks after that extension: sees who asks for it, and decides. No more than that. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { browserAt, field, list, send, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

type Person = Browser & { id: string; email: string };

let gateway: RealGateway;
let containers: FakeContainer[];
let root: Person;
/** In `kitchen-admin`. */
let olga: Person;
/** In `cellar-admin`. */
let otto: Person;
let ada: Person;
const groups = new Map<string, string>();

beforeAll(async () => {
  const rule = (...required: string[]) => ({
    access: { required_groups: required, allow_superuser: true },
    routes: [{ path: '/things' }],
  });
  // The cellar lets in the kitchen's owners too: being made one would be more than the use of the kitchen.
  containers = await Promise.all([
    startContainer(manifestOf('kitchen', rule('kitchen-staff', 'kitchen-admin-deputies'))),
    startContainer(manifestOf('cellar', rule('cellar-admin', 'kitchen-staff'))),
  ]);
  for (const container of containers) container.answers.set('/things', json({}));
  const [kitchen, cellar] = containers.map(({ url }) => url);
  gateway = await realGateway({
    BERTH_SERVICES: `kitchen=${kitchen},cellar=${cellar}`,
    BERTH_POLL_SECONDS: '0.2',
  });
  const browser = browserAt(gateway.origin);
  const made = await browser.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  root = { ...browser, email: 'root@example.org', id: field(made.body, 'user', 'id') };
  [olga, otto, ada] = await Promise.all([
    signUp('olga@example.org'),
    signUp('otto@example.org'),
    signUp('ada@example.org'),
  ]);
  await group('kitchen-staff');
  await vi.waitFor(async () => {
    for (const id of ['kitchen', 'cellar'])
      if ((await use(root, id)) !== 200) throw new Error(`${id} is not served yet`);
  });
  for (const item of list((await root.request('GET', '/api/admin/groups')).body, 'items'))
    groups.set(field(item, 'name'), field(item, 'id'));
  await join(olga, 'kitchen-admin');
  await join(otto, 'cellar-admin');
});
afterAll(async () => {
  await gateway.close();
  for (const container of containers) await container.stop();
});

/** Nothing is asked for, and nothing was said. */
beforeEach(async () => {
  for (const item of await asked(root))
    await root.request('POST', `/api/admin/access-requests/${field(item, 'id')}/refuse`);
  for (const id of ['kitchen', 'cellar'])
    for (const item of list((await root.request('GET', `/api/admin/plugins/${id}/grants`)).body, 'items'))
      await root.request('DELETE', `/api/admin/plugins/${id}/grants/${field(item, 'id')}`);
});

test('they see the requests of others for their own extensions, and the number of those; whoever looks after none is refused', async () => {
  await ask(ada, 'kitchen');
  await ask(ada, 'cellar');
  await ask(otto, 'kitchen');
  const seen = (await olga.request('GET', '/api/admin/access-requests?state=pending')).body;
  expect(seen).toMatchObject({ pending: 2, plugins: [{ id: 'kitchen', name: 'The kitchen' }] });
  expect(list(seen, 'items')).toMatchObject([
    { plugin: { id: 'kitchen' }, user: { email: otto.email }, groups: [] },
    { plugin: { id: 'kitchen' }, user: { email: ada.email }, reason: 'Please', groups: [] },
  ]);
  expect((await otto.request('GET', '/api/admin/access-requests?state=pending')).body).toMatchObject({
    pending: 1,
    items: [{ plugin: { id: 'cellar' }, user: { email: ada.email } }],
  });
  expect(
    list((await olga.request('GET', '/api/admin/access-requests?plugin_id=cellar')).body, 'items'),
  ).toEqual([]);
  expect((await root.request('GET', '/api/admin/access-requests?state=pending')).body).toMatchObject({
    pending: 3,
    plugins: null,
  });
  const refused = await ada.request('GET', '/api/admin/access-requests');
  expect([refused.status, field(refused.body, 'detail')]).toEqual([
    403,
    'This is for superusers, and for those who look after an extension.',
  ]);
});

test('they let somebody use it, or refuse; the audit says that it was they, and by which right', async () => {
  const id = await ask(ada, 'kitchen');
  const approved = await decide(olga, id, 'approve');
  expect(approved).toMatchObject({
    status: 200,
    body: { state: 'approved', decided_by: olga.email, groups: [] },
  });
  expect([await use(ada, 'kitchen'), await use(ada, 'cellar')]).toEqual([200, 404]);
  expect(await decide(olga, id, 'refuse')).toMatchObject({ status: 409 });
  const refused = await ask(otto, 'kitchen');
  expect(await decide(olga, refused, 'refuse')).toMatchObject({
    status: 200,
    body: { state: 'refused', decided_by: olga.email },
  });
  expect(await use(otto, 'kitchen')).toBe(404);
  const audit = async (action: string) =>
    list(
      (
        await root.request(
          'GET',
          `/api/admin/audit?action=access-request.${action}&actor=${olga.id}&outcome=ok`,
        )
      ).body,
      'items',
    );
  const byOwner = { plugin: 'kitchen', state: 'by an owner of the extension' };
  expect(await audit('approve')).toMatchObject([
    { actor: { email: olga.email }, target: id, details: { ...byOwner, email: ada.email } },
  ]);
  expect(await audit('refuse')).toMatchObject([
    { target: refused, details: { ...byOwner, email: otto.email } },
  ]);
  expect(list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items')).toMatchObject([
    { granted_by: olga.email, effect: 'allow' },
  ]);
});

test('what is somebody else’s to decide is not there for them: another extension’s, and their own', async () => {
  const cellars = await ask(ada, 'cellar');
  const own = await ask(olga, 'kitchen');
  for (const id of [cellars, own, randomUUID(), 'nonsense'])
    for (const way of ['approve', 'refuse'] as const)
      expect([id, (await decide(olga, id, way)).status]).toEqual([id, 404]);
  expect((await olga.request('GET', '/api/admin/access-requests?state=pending')).body).toMatchObject({
    pending: 0,
    items: [],
  });
  expect((await asked(root)).map((item) => field(item, 'id')).toSorted()).toEqual([cellars, own].toSorted());
  expect(await use(olga, 'kitchen')).toBe(404);
  // Another owner of the same extension decides about them.
  await join(otto, 'kitchen-admin');
  expect(await decide(otto, own, 'approve')).toMatchObject({ status: 200 });
  expect(await use(olga, 'kitchen')).toBe(200);
  await leave(otto, 'kitchen-admin');
});

test('no membership comes of it, not even of a group that the rule names or of their own', async () => {
  const id = await ask(ada, 'kitchen');
  for (const name of ['kitchen-staff', 'kitchen-admin', 'cellar-admin']) {
    const answer = await decide(olga, id, 'approve', { group_id: groups.get(name) });
    expect([name, answer.status]).toEqual([name, 403]);
  }
  expect(await asked(root)).toHaveLength(1);
  expect(list((await ada.request('GET', '/api/users/me')).body, 'groups')).toEqual([]);
  for (const [method, path, body] of [
    ['GET', '/api/admin/users'],
    ['GET', '/api/admin/groups'],
    ['GET', '/api/admin/audit'],
    ['GET', '/api/admin/plugins/kitchen/grants'],
    ['PUT', '/api/admin/plugins/kitchen/grants', { user_id: ada.id, effect: 'allow' }],
    ['POST', `/api/admin/groups/${groups.get('kitchen-admin')}/members`, { user_ids: [ada.id] }],
  ] as const)
    expect([path, (await olga.request(method, path, body)).status]).toEqual([path, 403]);
});

test('an admin’s denial stands: a superuser takes it back', async () => {
  await root.request('PUT', '/api/admin/plugins/kitchen/grants', { user_id: ada.id, effect: 'deny' });
  const id = await ask(ada, 'kitchen');
  expect(await decide(olga, id, 'approve')).toMatchObject({
    status: 409,
    body: { detail: 'An admin closed this extension to them: a superuser decides.' },
  });
  expect([await asked(root), await use(ada, 'kitchen')]).toEqual([
    [expect.objectContaining({ id, state: 'pending' })],
    404,
  ]);
  expect((await decide(root, id, 'approve')).status).toBe(200);
  expect(await use(ada, 'kitchen')).toBe(200);
});

test('an approval that would open nothing is refused: the extension is closed to a group of theirs, or to them where a group is joined', async () => {
  const closeTo = async (subject: Record<string, string | undefined>) =>
    field(
      (await root.request('PUT', '/api/admin/plugins/kitchen/grants', { ...subject, effect: 'deny' })).body,
      'id',
    );
  const open = (grantId: string) => root.request('DELETE', `/api/admin/plugins/kitchen/grants/${grantId}`);
  const why = async (who: Browser, body?: unknown) => {
    const { status, body: answer } = await decide(who, id, 'approve', body);
    return [status, field(answer, 'detail')];
  };
  const id = await ask(ada, 'kitchen');
  const staff = groups.get('kitchen-staff');
  await group('interns');
  await join(ada, 'interns');
  const interns = await closeTo({ group_id: groups.get('interns') });
  expect(await why(olga)).toEqual([409, 'An admin closed this extension to them: a superuser decides.']);
  const ofInterns =
    'This extension is closed to the group “interns”, which they are in. Take that back first, on the extension’s page.';
  expect(await why(root)).toEqual([409, ofInterns]);
  expect(await why(root, { group_id: staff })).toEqual([409, ofInterns]);
  await open(interns);
  const joined = await closeTo({ group_id: staff });
  expect(await why(root, { group_id: staff })).toEqual([
    409,
    'This extension is closed to this group. Take that back first, on the extension’s page.',
  ]);
  await open(joined);
  await closeTo({ user_id: ada.id });
  const ofAda =
    'This extension is closed to them, and a group does not change that. Open it to this person alone: that takes it back.';
  expect(await why(root, { group_id: staff })).toEqual([409, ofAda]);
  expect([(await asked(root)).length, await use(ada, 'kitchen')]).toEqual([1, 404]);
  // Nobody is a member of anything for an approval that was refused.
  expect(list((await ada.request('GET', '/api/users/me')).body, 'groups')).toMatchObject([
    { name: 'interns' },
  ]);
  expect((await decide(root, id, 'approve')).status).toBe(200);
  expect(await use(ada, 'kitchen')).toBe(200);
  await leave(ada, 'interns');
});

test('hazard H9: who leaves the group, or to whom the extension is closed, decides nothing with the next request', async () => {
  const id = await ask(ada, 'kitchen');
  await leave(olga, 'kitchen-admin');
  expect([
    (await decide(olga, id, 'approve')).status,
    (await olga.request('GET', '/api/admin/access-requests')).status,
  ]).toEqual([403, 403]);
  await join(olga, 'kitchen-admin');
  await root.request('PUT', '/api/admin/plugins/kitchen/grants', { user_id: olga.id, effect: 'deny' });
  expect((await decide(olga, id, 'approve')).status).toBe(403);
  const grants = list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items');
  await root.request('DELETE', `/api/admin/plugins/kitchen/grants/${field(grants[0], 'id')}`);
  expect((await decide(olga, id, 'refuse')).status).toBe(200);
});

test('the group counts in whatever spelling, and a group of an extension that is not there opens nothing', async () => {
  const id = await ask(ada, 'kitchen');
  expect(
    (
      await root.request('PATCH', `/api/admin/groups/${groups.get('kitchen-admin')}`, {
        name: 'Kitchen-Admin',
      })
    ).status,
  ).toBe(200);
  expect((await decide(olga, id, 'refuse')).status).toBe(200);
  await group('ghost-admin');
  await group('admin');
  await join(ada, 'admin');
  expect((await ada.request('GET', '/api/admin/access-requests')).status).toBe(403);
  await join(ada, 'ghost-admin');
  await ask(otto, 'kitchen');
  expect((await ada.request('GET', '/api/admin/access-requests')).body).toMatchObject({
    items: [],
    pending: 0,
    plugins: [],
  });
});

test('K3 a key of theirs decides nothing: administration by key is for superusers', async () => {
  const key = async (scopes: string[]) => olga.request('POST', '/api/auth/keys', { name: 'owner', scopes });
  expect((await key(['admin'])).status).toBe(422);
  const authorization = `Bearer ${field((await key(['account', 'plugins:*'])).body, 'key')}`;
  expect(
    (await send(gateway.origin, 'GET', '/api/admin/access-requests', undefined, { authorization })).status,
  ).toBe(403);
});

async function signUp(email: string): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const id = field(
    (await browser.request('POST', '/api/auth/register', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, email, id };
}

async function group(name: string): Promise<void> {
  groups.set(name, field((await root.request('POST', '/api/admin/groups', { name })).body, 'id'));
}

const join = (who: Person, name: string) =>
  root.request('POST', `/api/admin/groups/${groups.get(name)}/members`, { user_ids: [who.id] });
const leave = (who: Person, name: string) =>
  root.request('DELETE', `/api/admin/groups/${groups.get(name)}/members/${who.id}`);
const use = async (who: Browser, id: string) =>
  (await who.request('GET', `/api/plugins/${id}/app/things`)).status;
const asked = async (who: Browser) =>
  list((await who.request('GET', '/api/admin/access-requests?state=pending')).body, 'items');

/** @returns the id of the request */
async function ask(who: Person, pluginId: string): Promise<string> {
  expect(
    (await who.request('POST', `/api/plugins/${pluginId}/access-requests`, { reason: 'Please' })).status,
  ).toBe(202);
  const found = await asked(root);
  return field(
    found.find((item) => field(item, 'user', 'id') === who.id && field(item, 'plugin', 'id') === pluginId),
    'id',
  );
}

function decide(who: Browser, id: string, way: 'approve' | 'refuse', body: unknown = {}) {
  return who.request('POST', `/api/admin/access-requests/${id}/${way}`, way === 'approve' ? body : undefined);
}
