/** M8: an entry of a catalogue on Kubernetes, over HTTP to a server that answers as its API does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { text as textOf } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { emptySnapshot } from '../registry/snapshot.ts';
import type { CatalogueEntry } from './catalogue-document.rules.ts';
import { kubernetesRuntime } from './kubernetes-runtime.client.ts';
import { kubernetesObjects, kubernetesSnippet } from './kubernetes.rules.ts';
import { offersUseCases } from './offers.usecases.ts';

const entry: CatalogueEntry = {
  id: 'cranes',
  name: 'Cranes',
  version: '1.2.0',
  summary: 'Lifts things.',
  icon: 'crane',
  publisher: { name: 'Quay & Co' },
  image: `registry.example/cranes:1.2.0@sha256:${'0a'.repeat(32)}`,
  port: 9100,
  approve: 'first',
  variables: [
    { name: 'CRANES_YARD', description: 'Which yard.', is_required: true, is_secret: false },
    { name: 'CRANES_TOKEN', description: 'For the yard.', is_required: true, is_secret: true },
  ],
  volumes: [{ name: 'logs', path: '/var/log/cranes', description: 'What was lifted.' }],
  asks_for: { access: '', connections: [], capabilities: [] },
};
const base = '/api/v1/namespaces/harbour';
const claim = `${base}/persistentvolumeclaims/cranes-logs`;
const service = `${base}/services/cranes`;
const deployment = '/apis/apps/v1/namespaces/harbour/deployments/cranes';

const named = z.array(z.object({ name: z.string() }));
const pod = z.object({ volumes: named, containers: z.array(z.object({ volumeMounts: named })) });
const podForm = z.object({ spec: z.object({ template: z.object({ spec: pod }) }) });

let folder: string;
let server: Server;
let origin: string;
/** By path; what a request to it is refused with, or `cut` before it is done, or `unheard` behind it. */
let faults: Map<string, { status: number; message: string } | 'cut' | 'unheard'>;
let objects: Map<string, unknown>;
let asked: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-kubernetes-'));
  await writeFile(join(folder, 'token'), 'of-the-account\n');
  server = createServer((req, res) => {
    void answerTo(req).then((answer) => {
      if (answer === null) return void req.socket.destroy();
      res.writeHead(answer.status, { 'content-type': 'application/json' });
      res.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  origin = `http://127.0.0.1:${typeof place === 'object' && place ? place.port : 0}`;
});
afterAll(async () => {
  await new Promise((resolve) => void server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  faults = new Map();
  objects = new Map();
  asked = [];
});

async function answerTo(req: IncomingMessage): Promise<{ status: number; body: unknown } | null> {
  const { method = '', headers } = req;
  const { pathname, search } = new URL(req.url ?? '', origin);
  asked.push(`${method} ${pathname}`);
  const status = (code: number, message: string) => ({ status: code, body: { kind: 'Status', message } });
  if (headers.authorization !== 'Bearer of-the-account') return status(401, 'Unauthorized');
  const fault = faults.get(`${method} ${pathname}`);
  if (fault === 'cut') return null;
  if (fault && fault !== 'unheard') return status(fault.status, fault.message);
  if (method === 'GET')
    return objects.has(pathname)
      ? { status: 200, body: objects.get(pathname) }
      : status(404, 'it is not there');
  if (method === 'DELETE')
    return objects.delete(pathname) ? { status: 200, body: {} } : status(404, 'it is not there');
  if (headers['content-type'] !== 'application/apply-patch+yaml' || !search.includes('fieldManager=berth'))
    return status(415, 'no apply');
  objects.set(pathname, JSON.parse(await textOf(req)));
  return fault === 'unheard' ? null : { status: 201, body: {} };
}

const runtime = () => kubernetesRuntime({ namespace: 'harbour', origin, accountFolder: folder });
const write = (one: CatalogueEntry = entry) => runtime().write(one, { CRANES_YARD: 'north $(HOME)' });

test('M8 applies a volume, a service and a deployment, with secrets by reference and no right to spare', async () => {
  expect(await write()).toMatchObject({ ok: true });
  expect([...objects.keys()]).toEqual([claim, service, deployment]);
  const form = z.object({
    spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.looseObject({})) }) }) }),
  });
  const [container] = form.parse(objects.get(deployment)).spec.template.spec.containers;
  expect(container).toMatchObject({
    image: entry.image,
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    env: expect.arrayContaining([
      { name: 'CRANES_YARD', value: 'north $$(HOME)' },
      {
        name: 'CRANES_TOKEN',
        valueFrom: { secretKeyRef: { name: 'cranes', key: 'CRANES_TOKEN', optional: false } },
      },
    ]) as unknown,
  });
});

test('M8 what is there already is not taken over; a volume that is there keeps its data', async () => {
  objects.set(claim, {}).set(deployment, {});
  expect(await write()).toMatchObject({
    ok: false,
    reason: 'taken',
    detail: expect.stringContaining('Deployment "cranes"') as unknown,
  });
  expect([...objects.keys()]).toEqual([claim, deployment]);
  objects.delete(deployment);
  expect(await write()).toMatchObject({ ok: true });
  expect(asked).not.toContain(`PATCH ${claim}`);
});

test.each([
  ['refused', { status: 403, message: 'deployments.apps is forbidden.' }, /refused .*403, .*forbidden/],
  ['cut', 'cut', /^The API of Kubernetes: /],
  ['done without an answer', 'unheard', /^The API of Kubernetes: (?!.*could not be deleted)/],
] as const)('M8 an apply that is %s leaves nothing behind and is said', async (_, fault, words) => {
  faults.set(`PATCH ${deployment}`, fault);
  const answer = await write();
  expect(answer).toMatchObject({ ok: false, reason: 'unreadable' });
  expect(answer.ok ? '' : answer.detail).toMatch(words);
  expect(objects.size).toBe(0);
});

test('M8 what cannot be taken back is said', async () => {
  faults.set(`PATCH ${deployment}`, { status: 422, message: 'no' });
  faults.set(`DELETE ${service}`, { status: 500, message: 'etcd is away' });
  expect(await write()).toMatchObject({ detail: expect.stringContaining('could not be deleted') as unknown });
});

test('M8 takes back what it applied when the list of services cannot be written', async () => {
  const done = await write();
  await done.undo?.();
  expect(objects.size).toBe(0);
});

test('M8 what could be neither listed nor taken back is said, with the reason of the first', async () => {
  const catalogue = { format: 1 as const, name: 'Harbour', serial: 1, issued_at: '2026-11-01T00:00:00Z' };
  const { addFromCatalogue } = offersUseCases({
    catalogues: () => [
      {
        id: 'shipped',
        name: 'Harbour',
        catalogue: { ...catalogue, entries: [entry] },
        fetchedAt: null,
        problem: null,
      },
    ],
    snapshot: () => emptySnapshot,
    servicesFile: 'services.yaml',
    fromEnvironment: [],
    services: {
      whyNot: () => Promise.resolve(null),
      add: () => Promise.resolve({ ok: false, reason: 'unreadable', detail: 'It must be mended first' }),
      snippet: () => '',
      wordsFor: () => null,
    },
    composeSnippet: () => '',
    kubernetesSnippet: () => '',
    runtime: runtime(),
  });
  faults.set(`DELETE ${service}`, { status: 500, message: 'etcd is away' });
  const choice = { url: 'http://cranes:9100', approve: 'auto', variables: { CRANES_YARD: 'north' } } as const;
  await expect(addFromCatalogue('shipped', 'cranes', choice)).rejects.toMatchObject({
    status: 409,
    detail: expect.stringMatching(/mended first.*"cranes".*the namespace harbour is still there/) as unknown,
  });
});

test('M8 what Berth made is removed, its data stays, and what others made is left alone', async () => {
  await write();
  const runtime = kubernetesRuntime({ namespace: 'harbour', origin, accountFolder: folder });
  expect([...(await runtime.runs(['cranes', 'other']))]).toEqual(['cranes']);
  faults.set(`DELETE ${deployment}`, { status: 403, message: 'not allowed.' });
  expect(await runtime.remove('cranes')).toMatchObject({
    detail: expect.stringContaining('not allowed') as unknown,
  });
  faults.clear();
  objects.set(service, { metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } } });
  expect(await runtime.remove('cranes')).toEqual({ ok: true, isStopped: true });
  expect([...objects.keys()]).toEqual([claim, service]);
});

test('M8 a volume of any name stands beside that of /tmp', () => {
  const volumes = [{ name: 'tmp', path: '/data', description: 'What is kept.' }];
  const made = kubernetesObjects({ ...entry, volumes }, {}, 'harbour').at(-1);
  const { volumes: kept, containers } = podForm.parse(made).spec.template.spec;
  expect(new Set(kept.map(({ name }) => name)).size).toBe(2);
  expect(containers[0]?.volumeMounts.map(({ name }) => name)).toEqual(kept.map(({ name }) => name));
});

test('M8 without an image or without an account nothing is asked', async () => {
  const { image: _, ...built } = entry;
  expect(await write(built)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('no image') as unknown,
  });
  const lone = kubernetesRuntime({ namespace: 'harbour', origin, accountFolder: join(folder, 'none') });
  expect(await lone.write(entry, {})).toMatchObject({
    ok: false,
    detail: `${join(folder, 'none', 'token')} cannot be read: Berth needs a service account.`,
  });
  expect(asked).toEqual([]);
});

test('M8 the snippet is the same objects as YAML', () => {
  const snippet = kubernetesSnippet(entry, { CRANES_YARD: 'a: b # c' }, 'harbour');
  // For people to read: nothing is said by reference.
  expect(snippet).not.toMatch(/[&*]a\d/);
  const documents = parseAllDocuments(snippet);
  expect(documents.map((document) => document.get('kind'))).toEqual([
    'PersistentVolumeClaim',
    'Service',
    'Deployment',
  ]);
  expect(JSON.stringify(documents)).toContain('"value":"a: b # c"');
});
