/** A house in use: people, groups, extensions in several states, documents, a workspace. */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@berth/testing/checkout.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { samplesFolder } from '@berth/testing/product.ts';
import type { BrowserContext } from 'playwright-core';
import { logLine, startConnector } from '../connectors.ts';
import { openHouse, unsafeHeaders, type House } from '../house.ts';

export type Furnished = {
  house: House;
  /** By the names that the places use in their addresses. */
  ids: { user: string; workspace: string; type: string };
  close: () => Promise<void>;
};

export const ben = { email: 'ben@example.com', name: 'Ben Quay', password: 'Anchor-Rope-8812-swell' };
const people = [
  'Clara Montgomery-Featherstonehaugh',
  'Dmitri Volkov',
  'Émilie Dubois',
  'Jonas Weber',
  'Mei Lin',
  'Olga Crane',
];

const badges = '/api/plugins/doc-service/app/documents/badges';

type Send = (method: 'post' | 'put', path: string, data: object) => Promise<Record<string, unknown>>;

export async function furnish(): Promise<Furnished> {
  const [port, vault, loki] = [await freePort(), await freePort(), await freePort()];
  const containers = await startContainers();
  const [cranes, widgets, away] = containers;
  const house = await openHouse({
    BERTH_PORT: String(port),
    BERTH_SERVICES: [
      `cranes=${cranes.url}`,
      `tides=${widgets.url}`,
      `lighthouse=${away.url}`,
      `connector-vault=http://127.0.0.1:${vault}`,
      `connector-loki=http://127.0.0.1:${loki}`,
    ].join(','),
  });
  const env = {
    BERTH_GATEWAY_URL: `http://127.0.0.1:${port}`,
    VAULT_FILE: join(house.data, 'keys-of-workspaces'),
    LOG_FOLDER: house.data,
  };
  const ends = [startConnector('connector-vault', vault, env), startConnector('connector-loki', loki, env)];
  await writeFile(
    join(house.data, 'gateway.log'),
    ['the crane lifts', 'a ship arrives', 'the gate is open', 'the tide turns']
      .map((message, index) => logLine(message, index === 1 ? 'warning' : 'info'))
      .join(''),
  );
  const { context, page } = await house.visitSignedIn();
  // A machine under load brings its extensions up late.
  context.setDefaultTimeout(120_000);
  await page.goto('/admin/capabilities');
  for (const name of [/^Vault file/, /^Log files/]) await page.getByRole('cell', { name }).first().waitFor();
  await away.stop();
  const close = async () => {
    for (const end of ends) end();
    await house.close();
    await Promise.all(containers.map((container) => container.stop().catch(() => {})));
  };
  try {
    const ids = await fill(house, context);
    await comesToRest(context, await bringDocuments(house, context));
    await context.close();
    return { house, ids, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One after the other, so that the list of the last ones has the same order in each run. */
async function bringDocuments({ drop }: House, context: BrowserContext): Promise<number> {
  const paths: string[] = [];
  for await (const path of glob('**/*.pdf', { cwd: samplesFolder })) paths.push(path);
  for (const [index, path] of paths.toSorted().entries()) {
    await drop(path, await readFile(join(samplesFolder, path)));
    await becomes(context, badges, { all: index + 1 });
  }
  return paths.length;
}

/** What comes by itself is there: texts are read, proposals made, and the extension that is away is told. */
async function comesToRest(context: BrowserContext, documents: number): Promise<void> {
  await becomes(context, badges, { all: documents, searchable: documents, inbox: documents });
  await becomes(context, '/api/notifications', { unread: 2 });
}

/** Asks until the answer has these members. */
async function becomes(
  { request }: BrowserContext,
  path: string,
  wanted: Record<string, number>,
): Promise<void> {
  const end = Date.now() + 200_000;
  for (;;) {
    const answer = await request.get(path);
    const seen: Record<string, unknown> = answer.ok() ? await answer.json() : {};
    if (Object.entries(wanted).every(([name, count]) => seen[name] === count)) return;
    if (Date.now() > end)
      throw new Error(`${path} did not become ${JSON.stringify(wanted)}: ${await answer.text()}`);
    await delay(250);
  }
}

async function startContainers(): Promise<[FakeContainer, FakeContainer, FakeContainer]> {
  const cranes = await startContainer(
    manifestOf('cranes', {
      name: 'Cranes',
      icon: 'crane',
      description: 'Lifts crates from ships to the quay, and says where each of them stands.',
      access: { required_groups: ['cranes-admin'], allow_superuser: true },
      connections: [{ name: 'model', kind: 'ai.chat', reason: 'Names crates after what is in them.' }],
    }),
  );
  const tides = await startContainer(
    manifestOf('tides', {
      name: 'Tides',
      icon: 'ripple',
      description: 'High and low water.',
      access: { any_user: true, allow_superuser: true },
      widgets: [
        { id: 'next', title: 'Next tides', kind: 'list', path: '/plugin/next' },
        { id: 'level', title: 'Water level', kind: 'number', path: '/plugin/level', unit: 'cm' },
      ],
    }),
  );
  const item = (title: string, subtitle: string) => ({ title, subtitle, path: '#/' });
  tides.answers.set(
    '/plugin/next',
    json({ items: [item('High water', '06:12, 412 cm'), item('Low water', '12:31, 88 cm')] }),
  );
  tides.answers.set('/plugin/level', json({ value: 271 }));
  const lighthouse = await startContainer(
    manifestOf('lighthouse', { name: 'Lighthouse', icon: 'building-lighthouse', description: 'Its lamp.' }),
  );
  return [cranes, tides, lighthouse];
}

async function fill(house: House, context: BrowserContext): Promise<Furnished['ids']> {
  const send: Send = async (method, path, data) => {
    const headers = await unsafeHeaders(context, house.product);
    const answer = await context.request[method](path, { data, headers });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? {} : JSON.parse(text);
  };
  const made: string[] = [];
  for (const { name, email, password } of [
    ben,
    ...people.map((name) => ({ name, email: emailOf(name), password: ben.password })),
  ])
    made.push(idOf(await send('post', '/api/admin/users', { name, email, password })));
  const office = await send('post', '/api/admin/groups', { name: 'office', description: 'Reads the post.' });
  await send('post', '/api/admin/groups', { name: 'night-shift', description: '' });
  await send('post', `/api/admin/groups/${idOf(office)}/members`, { user_ids: made.slice(0, 4) });
  await send('post', '/api/auth/keys', { name: 'Scanner in the hall', scopes: ['plugins:doc-service'] });
  await send('post', '/api/admin/connections', {
    name: 'House model',
    options: { provider: 'openai', url: 'http://127.0.0.1:9/v1', model: 'small-8b', is_local: true },
    secret: 'sk-of-the-house',
  }).catch(console.error);
  const type = await send('post', '/api/admin/workspace-types', { slug: 'web-service', name: 'Web service' });
  const shop = await send('post', '/api/admin/workspaces', {
    slug: 'shop',
    name: 'Shop',
    description: 'Sells lanterns.',
    type_id: idOf(type),
  }).catch(() =>
    send('post', '/api/admin/workspaces', { slug: 'shop', name: 'Shop', description: 'Sells.' }),
  );
  for (const key of ['DATABASE_URL', 'MAIL_FROM', 'PAYMENT_TOKEN'])
    await send('put', `/api/orgs/default/workspaces/shop/configuration/keys/${key}`, { value: 'x' });
  const asking = await house.visitSignedIn({}, ben);
  await asking.context.request.post('/api/plugins/cranes/access-requests', {
    data: { reason: 'I lift containers on Fridays.' },
    headers: await unsafeHeaders(asking.context, house.product),
  });
  await asking.context.close();
  return { user: made[0] ?? '', workspace: idOf(shop), type: idOf(type) };
}

function emailOf(name: string): string {
  return `${name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-zA-Z]+/g, '.')
    .toLowerCase()}@example.com`;
}

function idOf(answer: Record<string, unknown>): string {
  return typeof answer['id'] === 'string' ? answer['id'] : '';
}
