/**
 * M8: catalogues of known containers, and adding an extension, on a real database with real files and real
 * servers.
 */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import type { OfferList } from '@berth/plugin-kit/contract/wire/offers.ts';
import { nodeBinary } from '@berth/testing/checkout.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { emptySnapshot } from '../registry/snapshot.ts';
import { log } from '../testing/rig.ts';
import { cataloguePurpose, signCatalogue } from './catalogue-document.rules.ts';
import { offersRoom, type OffersDeps } from './offers.room.ts';
import { publicKeyText, signJson } from './signature.rules.ts';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const key = publicKeyText(pem);
const digest = `sha256:${'0a'.repeat(32)}`;
const entry = {
  id: 'cranes',
  name: 'Cranes',
  version: '1.2.0',
  summary: 'Lifts things.',
  publisher: { name: 'Quay & Co' },
  image: `registry.example/cranes:1.2.0@${digest}`,
  port: 9100,
  variables: [
    { name: 'CRANES_YARD', description: 'Which yard.', is_required: true },
    { name: 'CRANES_TOKEN', description: 'For the yard.', is_secret: true, is_required: true },
  ],
  volumes: [{ name: 'logs', path: '/var/log/cranes', description: 'What was lifted.' }],
};

function issue(serial: number, more: object = {}): string {
  const body = {
    format: 1,
    name: 'Harbour',
    serial,
    issued_at: '2026-11-01T00:00:00Z',
    entries: [entry],
    ...more,
  };
  return signCatalogue(body, pem, key);
}

/** Of a publisher whose tools do not look. */
function signedAsIs(body: object): string {
  return JSON.stringify({ catalogue: body, key, signature: signJson(body, cataloguePurpose, pem) });
}

let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;
let folder: string;
let server: Server;
let answer: RequestListener;
let url: string;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log });
  server = createServer((req, res) => answer(req, res));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  url = `http://127.0.0.1:${typeof place === 'object' && place ? place.port : 0}/catalogue.json`;
});
afterAll(async () => {
  await new Promise((resolve) => void server?.close(resolve));
  await database?.close();
  await fresh?.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-offers-'));
  await database.prisma.catalogueCopy.deleteMany();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

function open(more: Partial<OffersDeps> = {}) {
  const room = offersRoom({
    prisma: database.prisma,
    snapshot: () => emptySnapshot,
    servicesFile: join(folder, 'services.yaml'),
    servicesFromEnv: [],
    catalogueAddresses: [],
    runtime: null,
    now: Date.now,
    log,
    ...more,
  });
  ends.push(room.stop);
  const app = new Hono<object>();
  app.route('/', room.routes);
  app.onError((error) => problemResponse(error, undefined, log));
  const post = (path: string, body: object) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const list = async (): Promise<OfferList> => (await app.request('/api/admin/catalogue')).json();
  const refresh = async (): Promise<OfferList> => (await post('/api/admin/catalogue/refresh', {})).json();
  return { list, refresh, post };
}

const fromUrl = () => open({ catalogueAddresses: [{ url, key }] });
const refreshed = async () => {
  serve(issue(1));
  const opened = fromUrl();
  await opened.refresh();
  return opened;
};
const serve = (text: string) => (answer = (_, res) => void res.end(text));
const services = () => readFile(join(folder, 'services.yaml'), 'utf8');
const choice = (more: object = {}) => ({
  catalogue: url,
  entry: 'cranes',
  url: 'http://cranes:9100',
  approve: 'first',
  variables: { CRANES_YARD: 'north' },
  ...more,
});

describe('M8 catalogues', () => {
  test('M8 the shipped one is signed, whole, and offered without any network', async () => {
    const { items, sources } = await open().list();
    expect(sources).toEqual([expect.objectContaining({ id: 'shipped', problem: null, fetched_at: null })]);
    expect(items.map(({ id, state }) => [id, state])).toEqual(
      expect.arrayContaining([
        ['doc-service', 'available'],
        ['hello', 'available'],
        ['connector-vault', 'available'],
        ['connector-loki', 'available'],
        ['connector-github', 'available'],
      ]),
    );
  });

  test('M8 a changed, foreign or broken catalogue leaves the last good one in place', async () => {
    const { refresh } = fromUrl();
    serve(issue(3));
    const first = await refresh();
    expect(first.items.find(({ id }) => id === 'cranes')).toMatchObject({
      catalogue: url,
      image: entry.image,
    });
    const foreignPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const bodyOf = { format: 1, name: 'Evil', serial: 9, issued_at: '2026-11-01T00:00:00Z', entries: [] };
    const foreign = signCatalogue(bodyOf, String(foreignPem), publicKeyText(String(foreignPem)));
    for (const [text, problem] of [
      [issue(4).replace('Lifts things.', 'Lifts wallets.'), 'was changed after it was signed'],
      [foreign, 'another key'],
      ['<html>', 'not a signed catalogue'],
      [signedAsIs({ ...bodyOf, entries: [{ ...entry, image: 'cranes:latest' }] }), 'digest'],
      ['x'.repeat(3 * 1024 * 1024), 'larger than 2 MiB'],
    ] as const) {
      serve(text);
      const { items, sources } = await refresh().catch(() => ({ items: [], sources: [] }));
      expect(sources.find(({ id }) => id === url)?.problem).toContain(problem);
      expect(items.some(({ id }) => id === 'cranes')).toBe(true);
    }
    answer = (_, res) => void res.writeHead(302, { location: '/elsewhere' }).end();
    expect((await refresh()).sources.find(({ id }) => id === url)?.problem).toBe('its address answered 302');
  });

  test('M8 an older serial, or other content under the same one, is refused after a restart', async () => {
    serve(issue(7));
    await fromUrl().refresh();
    const again = fromUrl();
    serve(issue(6));
    const older = await again.refresh();
    expect(older.sources.find(({ id }) => id === url)).toMatchObject({
      serial: 7,
      problem: 'its serial 6 is older than 7, which was seen before',
    });
    serve(issue(7, { name: 'Another' }));
    expect((await again.refresh()).sources.find(({ id }) => id === url)?.problem).toContain(
      'another content',
    );
    serve(issue(8));
    expect((await again.refresh()).sources.find(({ id }) => id === url)).toMatchObject({
      serial: 8,
      problem: null,
    });
  });

  test('M8 with its address away after a restart, the kept copy is checked again and shown', async () => {
    serve(issue(2));
    await fromUrl().refresh();
    answer = (req) => void req.socket.destroy();
    const { items, sources } = await fromUrl().refresh();
    expect(items.some(({ id }) => id === 'cranes')).toBe(true);
    expect(sources.find(({ id }) => id === url)?.problem).toBeTruthy();
    await database.prisma.catalogueCopy.updateMany({
      data: { document: issue(2).replace('Lifts', 'Drops') },
    });
    expect((await fromUrl().refresh()).items.some(({ id }) => id === 'cranes')).toBe(false);
  });

  test("M8 an entry that names its publisher's key must be signed with it", async () => {
    serve(issue(1, { entries: [{ ...entry, publisher: { name: 'Quay & Co', key } }] }));
    const { items, sources } = await fromUrl().refresh();
    expect(items.some(({ id }) => id === 'cranes')).toBe(false);
    expect(sources.find(({ id }) => id === url)?.problem).toContain('is not signed with it');
  });
});

describe('M8 adding from a catalogue', () => {
  test('M8 writes services.yaml, comments kept, and shows the compose service to copy', async () => {
    serve(issue(1));
    const { refresh, post } = fromUrl();
    await refresh();
    const before = '# ours\nservices:\n  hello: http://h:1 # the first\n';
    await writeFile(join(folder, 'services.yaml'), before);
    const preview: unknown = await (await post('/api/admin/catalogue/preview', choice())).json();
    expect(preview).toMatchObject({
      services: expect.stringContaining('url: http://cranes:9100') as unknown,
      compose: expect.stringMatching(/@sha256:[\s\S]*CRANES_TOKEN: \$\{CRANES_TOKEN:\?/) as unknown,
      kubernetes: expect.stringMatching(/kind: Deployment[\s\S]*secretKeyRef:/) as unknown,
    });
    const added = await post('/api/admin/catalogue/add', choice());
    expect([added.status, await added.json()]).toEqual([
      201,
      { id: 'cranes', outcome: 'listed', detail: 'Start its container yourself.' },
    ]);
    expect(await services()).toBe(`${before}  cranes:\n    url: http://cranes:9100\n    approve: first\n`);
  });

  test('M8 writes the compose file and starts the service; a failed start is said', async () => {
    serve(issue(1));
    const file = join(folder, 'compose.yaml');
    await writeFile(file, '# by hand\nservices:\n  db: { image: postgres } # keep\n');
    const started = join(folder, 'started');
    const program = join(folder, 'engine.sh');
    await writeFile(program, `#!/bin/sh\necho "$@ [$DATABASE_URL]" >> ${started}\n`);
    await chmod(program, 0o755);
    const { refresh, post } = open({
      catalogueAddresses: [{ url, key }],
      runtime: { file, command: [program, 'compose'] },
    });
    await refresh();
    vi.stubEnv('DATABASE_URL', 'a secret of the gateway');
    const added = await post('/api/admin/catalogue/add', choice());
    vi.unstubAllEnvs();
    expect(await added.json()).toEqual({ id: 'cranes', outcome: 'started', detail: null });
    expect(await readFile(started, 'utf8')).toBe(`compose -f ${file} up -d --no-deps cranes []\n`);
    const compose = await readFile(file, 'utf8');
    expect(compose).toContain('# by hand');
    expect(compose).toContain('# keep');
    expect(compose).toMatch(/cranes:\n {4}image: registry\.example\/cranes:1\.2\.0@sha256:/);
    expect(compose).toMatch(/cap_drop:\n {6}- ALL/);

    await writeFile(program, '#!/bin/sh\necho "no such image" >&2\nexit 1\n');
    await rm(file);
    await rm(join(folder, 'services.yaml'));
    const failed = await post('/api/admin/catalogue/add', choice());
    expect(await failed.json()).toMatchObject({
      outcome: 'written',
      detail: 'It did not start: no such image',
    });
  });

  test('M8 with services.yaml not to be written, the compose file is as it was', async () => {
    serve(issue(1));
    const file = join(folder, 'compose.yaml');
    await writeFile(join(folder, 'services.yaml'), 'services: [\n');
    const { refresh, post } = open({ catalogueAddresses: [{ url, key }], runtime: { file, command: null } });
    await refresh();
    const refused = await post('/api/admin/catalogue/add', choice());
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('must be mended first');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test.each([
    [{ id: 'other' }, '/id'],
    [{ url: 'http://cranes:9100/path' }, '/url'],
    [{ variables: {} }, '/variables/CRANES_YARD'],
    [{ variables: { CRANES_YARD: 'n', CRANES_TOKEN: 'x' } }, '/variables/CRANES_TOKEN'],
    [{ variables: { CRANES_YARD: 'n', OTHER: 'x' } }, '/variables/OTHER'],
    [{ variables: { CRANES_YARD: 'n\nimage: evil' } }, '/variables/CRANES_YARD'],
  ])('M8 refuses %j at %s and writes nothing', async (more, pointer) => {
    const { post } = await refreshed();
    const refused = await post('/api/admin/catalogue/add', choice(more));
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ pointer }] });
    await expect(services()).rejects.toThrow('ENOENT');
  });
});

describe('C10 adding by address', () => {
  test('C10 an id of the file or of the environment is refused at its field', async () => {
    const { post } = open({ servicesFromEnv: [{ id: 'docs' }] });
    const add = (id: string) => post('/api/admin/services', { id, url: 'http://127.0.0.1:9000' });
    expect((await add('hello')).status).toBe(201);
    expect(await services()).toBe('services:\n  hello: http://127.0.0.1:9000\n');
    for (const id of ['hello', 'docs']) {
      const refused = await add(id);
      expect([refused.status, await refused.json()]).toMatchObject([422, { errors: [{ pointer: '/id' }] }]);
    }
    const withCa = { id: 'tls', url: 'http://127.0.0.1:9000', ca: 'x' };
    expect(await (await post('/api/admin/services', withCa)).json()).toMatchObject({
      errors: [{ pointer: '/ca' }, { pointer: '/ca' }],
    });
  });

  test('C10 two that are added at once are both there', async () => {
    const { post } = open();
    const ids = ['one', 'two', 'three', 'four'];
    await Promise.all(ids.map(async (id) => post('/api/admin/services', { id, url: 'http://127.0.0.1:1' })));
    for (const id of ids) expect(await services()).toContain(`${id}: http://127.0.0.1:1`);
  });

  test('C10 a list that is read-only is said in words before a form is filled in', async () => {
    const place = join(folder, 'fixed');
    await mkdir(place);
    await writeFile(join(place, 'services.yaml'), 'services:\n');
    await chmod(place, 0o555);
    await chmod(join(place, 'services.yaml'), 0o444);
    await chmod(folder, 0o755);
    const editor = join(import.meta.dirname, '../discovery/services-editor.ts');
    const script = `const { servicesEditor } = await import(${JSON.stringify(editor)});
      const editor = servicesEditor(${JSON.stringify(join(place, 'services.yaml'))});
      console.log(await editor.whyNot());
      const service = { id: 'a', url: 'http://a:1', approve: 'auto' };
      await editor.add(service).catch((error) => console.log(error.message));`;
    // Root may write anywhere: the question is asked as another user.
    const asOther = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout } = await promisify(execFile)(nodeBinary, ['--input-type=module', '-e', script], asOther);
    const words = 'services.yaml is read-only for Berth. Write the lines into it yourself.';
    expect(stdout).toBe(`${words}\n${words}\n`);
    await chmod(place, 0o755);
  });
});
