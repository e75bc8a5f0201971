import { afterAll, beforeAll, vi } from 'vitest';
import { browserAt, field, list, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

export type Person = Browser & { id: string; email: string };

export const cooks = 'kitchen-admin';

export async function kitchen(): Promise<FakeContainer> {
  const container = await startContainer(
    manifestOf('kitchen', {
      access: { required_groups: [cooks], allow_superuser: true },
      settings_schema: { type: 'object', properties: { heat: { type: 'integer' } } },
      settings_access: { read: { required_groups: [cooks], allow_superuser: true } },
      ui: { entry: '/ui/' },
      routes: [{ path: '/dishes' }, { path: '/knives', access: { required_groups: [cooks] } }],
      nav: [{ id: 'dishes', title: 'Dishes', path: '#/' }],
    }),
  );
  for (const path of ['/dishes', '/knives']) container.answers.set(path, json({ path }));
  container.answers.set('/plugin/settings', json({ heat: 3 }));
  return container;
}

export async function setUp(gateway: RealGateway): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const email = 'root@example.org';
  const answer = await browser.request('POST', '/api/auth/setup', {
    token: setupToken,
    email,
    password: goodPassword,
  });
  return { ...browser, email, id: field(answer.body, 'user', 'id') };
}

export async function signUp(gateway: RealGateway, email: string): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const registered = await browser.request('POST', '/api/auth/register', { email, password: goodPassword });
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, email, id: field(registered.body, 'id') };
}

export const status = async (who: Browser, path: string, method = 'GET', body?: unknown) =>
  (await who.request(method, path, body)).status;

/** What each of the places says about somebody and the kitchen. */
export async function decisions(who: Browser) {
  const catalogue = await who.request('GET', '/api/plugins');
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    listed: list(catalogue.body, 'items').length > 0,
    manifest: await status(who, '/api/plugins/kitchen/manifest'),
    dishes: await status(who, '/api/plugins/kitchen/app/dishes'),
    knives: await status(who, '/api/plugins/kitchen/app/knives'),
    page: (await fetch(`${originOf(who)}/apps/kitchen/`, { redirect: 'manual', headers: { cookie } })).status,
    settings: await status(who, '/api/plugins/kitchen/settings'),
  };
}

export function untilServed(who: Browser): Promise<void> {
  return vi.waitFor(
    async () => {
      const found = await status(who, '/api/plugins/kitchen/app/dishes');
      if (found !== 200) throw new Error(`not served yet: ${found}`);
    },
    { timeout: 10_000 },
  );
}

export const origins = new WeakMap<Browser['cookies'], string>();
export const originOf = (who: Browser): string => origins.get(who.cookies) ?? '';

export let gateway: RealGateway;
export let container: FakeContainer;
export let root: Person;
export let ada: Person;
export let bob: Person;
export let cooksId = '';

export const usable = { listed: true, manifest: 200, dishes: 200, page: 302 };
export const nothing = { listed: false, manifest: 404, dishes: 404, knives: 404, page: 404, settings: 404 };

export const grant = (subject: { user_id: string } | { group_id: string }, effect: 'allow' | 'deny') =>
  root.request('PUT', '/api/admin/plugins/kitchen/grants', { ...subject, effect });

export async function clearGrants(): Promise<void> {
  for (const item of list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items'))
    await root.request('DELETE', `/api/admin/plugins/kitchen/grants/${field(item, 'id')}`);
}

export function useRig(): void {
  beforeAll(async () => {
    container = await kitchen();
    gateway = await realGateway({ BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' });
    root = await setUp(gateway);
    ada = await signUp(gateway, 'ada@example.org');
    bob = await signUp(gateway, 'bob@example.org');
    for (const { cookies } of [root, ada, bob]) origins.set(cookies, gateway.origin);
    await untilServed(root);
    const groups = list((await root.request('GET', '/api/admin/groups')).body, 'items');
    cooksId = field(
      groups.find((group) => field(group, 'name') === cooks),
      'id',
    );
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await container.stop();
  });
}
