/** Requests of every odd kind: a clear answer each, nothing left behind, and the service goes on. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { startService, until, type TestService } from './testing/service.ts';

let service: TestService;
let bytes: Buffer;
beforeAll(async () => {
  service = await startService();
  bytes = Buffer.from(await pdf('Uploaded wallaroo'));
});
afterAll(() => service.close());

type Part = { name: string; filename?: string; bytes: Buffer };
const form = (...parts: Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, filename, bytes: content }) => [
      Buffer.from(
        `--BB\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--BB--\r\n'),
  ]);
let made = 0;
const fresh = (): Buffer => Buffer.concat([bytes, Buffer.from(`\n%${++made}`)]);
const post = (body: Buffer, query = '', contentType = 'multipart/form-data; boundary=BB') =>
  service.ask(`/documents/upload${query}`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': contentType },
  });
const total = async () => (await service.json('/documents')).total;
const porch = () => readdir(join(service.folders.vault, 'incoming'));

describe('H11 what is refused leaves no row and no half file', () => {
  test.each([
    [
      'two files',
      422,
      () =>
        form(
          { name: 'file', filename: 'a.pdf', bytes: fresh() },
          { name: 'file', filename: 'b.pdf', bytes: fresh() },
        ),
    ],
    ['the part has another name', 422, () => form({ name: 'datei', filename: 'a.pdf', bytes: fresh() })],
    ['the file is a field', 422, () => form({ name: 'file', bytes: fresh() })],
    ['an empty file', 415, () => form({ name: 'file', filename: 'a.pdf', bytes: Buffer.alloc(0) })],
    ['an empty body', 400, () => Buffer.alloc(0)],
    [
      'the form ends in the middle of the file',
      400,
      () => form({ name: 'file', filename: 'a.pdf', bytes: fresh() }).subarray(0, 600),
    ],
    [
      'another boundary',
      400,
      () =>
        Buffer.from(
          form({ name: 'file', filename: 'a.pdf', bytes: fresh() })
            .toString('latin1')
            .replaceAll('--BB', '--CC'),
          'latin1',
        ),
    ],
  ])('%s: %d', async (_what, status, body) => {
    const before = await total();
    const answer = await post(body());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('problem+json');
    if (status === 422) expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/file' }] });
    expect(await total()).toBe(before);
    expect(await porch()).toEqual([]);
  });

  test('no boundary, and no form at all', async () => {
    expect((await post(fresh(), '', 'multipart/form-data')).status).toBe(400);
    expect((await post(fresh(), '', 'application/pdf')).status).toBe(415);
  });

  test('chunked, without a length, above the limit: 413 long before its end', async () => {
    const settings = (max: number) =>
      service.ask('/plugin/settings', {
        method: 'PATCH',
        body: JSON.stringify({ max_pdf_mb: max }),
        headers: { 'content-type': 'application/json' },
      });
    await settings(1);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) =>
        controller.enqueue(
          Buffer.from(
            '--BB\r\ncontent-disposition: form-data; name="file"; filename="e.pdf"\r\n\r\n%PDF-1.7\n',
          ),
        ),
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve));
        if (++sent > 5000) controller.close();
        else controller.enqueue(Buffer.alloc(65_536, 'x'));
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: endless,
      headers: { 'content-type': 'multipart/form-data; boundary=BB' },
      duplex: 'half',
    };
    const answer = await service.ask('/documents/upload', init);
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(5000);
    expect(await porch()).toEqual([]);
    await settings(100);
  });

  test('a refusal is heard by who is still sending', async () => {
    const large = Buffer.concat([Buffer.from('hello, this is text'), Buffer.alloc(30_000_000, 'x')]);
    for (let time = 0; time < 3; time++)
      expect((await post(form({ name: 'file', filename: 'text.pdf', bytes: large }))).status).toBe(415);
  });

  test('somebody who hangs up half-way leaves nothing', async () => {
    const before = await total();
    const { hostname, port } = new URL(service.app.serving.url);
    const assertion = await service.assertion('doc-service');
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /documents/upload HTTP/1.1\r\nhost: x\r\nx-berth-assertion: ${assertion}\r\ncontent-type: multipart/form-data; boundary=BB\r\ncontent-length: 500000\r\n\r\n--BB\r\ncontent-disposition: form-data; name="file"; filename="half.pdf"\r\n\r\n%PDF-1.7\nhalf`,
    );
    expect((await until(porch, (names) => names.length === 1)).length).toBe(1);
    socket.destroy();
    expect(await until(porch, (names) => names.length === 0)).toEqual([]);
    expect(await total()).toBe(before);
  });
});

test('H11 D2: the same bytes many times at once are one document', async () => {
  const same = fresh();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      post(form({ name: 'file', filename: `twin-${at % 2}.pdf`, bytes: same })),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 202));
  const ids = await Promise.all(answers.map(async (answer): Promise<unknown> => answer.json()));
  expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(1);
  expect(await porch()).toEqual([]);
});

test.each([
  ['../../etc/pass\\wd.pdf', '', 'wd.pdf'],
  ['..', '', 'document.pdf'],
  ['x', `?filename=${encodeURIComponent('../a/b\u0000\n.pdf')}`, 'b\ufffd\ufffd.pdf'],
  [`${'x'.repeat(5000)}.pdf`, '', `${'x'.repeat(251)}.pdf`],
  ['-rf.pdf', '', '-rf.pdf'],
])('H11 D11: a name is a name, never a path: %j %j', async (filename, query, shown) => {
  const answer = await post(form({ name: 'file', filename, bytes: fresh() }), query);
  expect(answer.status).toBe(202);
  const sent: unknown = await answer.json();
  const id = typeof sent === 'object' && sent !== null && 'id' in sent ? String(sent.id) : '';
  expect((await service.json(`/documents/${id}`)).filename).toBe(shown);
});

describe('I1 I2 a wrong parameter is 422 and says which', () => {
  test.each([
    ['page=0', '/page'],
    ['page=-1', '/page'],
    ['page=1.5', '/page'],
    ['page=1e3', '/page'],
    ['page=x', '/page'],
    ['page=99999999999999999999', '/page'],
    ['page_size=0', '/page_size'],
    ['page_size=201', '/page_size'],
    ['sort=evil', '/sort'],
    ['status=gone', '/status'],
    ['status=seen,,stuck', '/status'],
    [`q=${'x'.repeat(10_240)}`, '/q'],
    [`category=${'x'.repeat(5000)}`, '/category'],
    ['unknown=1', '/unknown'],
  ])('%.40s', async (query, pointer) => {
    const answer = await service.ask(`/documents?${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ type: '/problems/invalid', errors: [{ pointer }] });
  });

  test('every one of several', async () => {
    expect(await (await service.ask('/documents?page=0&page_size=x')).json()).toMatchObject({
      errors: [{ pointer: '/page' }, { pointer: '/page_size' }],
    });
  });

  test.each([
    'page=',
    'page=999999',
    'status=seen,stuck',
    'category=a%00b',
    'q=%ff%fe',
    'q=%00',
    `q=${encodeURIComponent('ab '.repeat(600))}`,
  ])('%.40s is answered', async (query) => {
    expect((await service.ask(`/documents?${query}`)).status).toBe(200);
  });

  test.each([
    '/documents/%00',
    '/documents/no-uuid',
    '/documents/..%2f..%2fetc',
    '/documents/no-uuid/pages/1.webp',
    '/documents/status/',
    '/nope',
  ])('%s is 404', async (path) => {
    expect((await service.ask(path)).status).toBe(404);
  });
});

test('I2 filters work in what is typed', async () => {
  await service.drop('Reports/2026/spring.pdf', await pdf('Numbat census'));
  await service.drop('other.pdf', await pdf('Numbat elsewhere'));
  const found = async (q: string) =>
    (await service.json(`/documents?q=${encodeURIComponent(q)}`)).items
      .map(({ filename }) => filename)
      .toSorted();
  await until(
    () => found('numbat'),
    (names) => names.length === 2,
  );
  expect(await found('numbat category:reports')).toEqual(['spring.pdf']);
  expect(await found('category:reports/2026')).toEqual(['spring.pdf']);
  expect(await found('category:rep')).toEqual([]);
  expect(await found('numbat -category:reports')).toEqual(['other.pdf']);
  expect(await found('numbat after:2000')).toEqual(['other.pdf', 'spring.pdf']);
  expect(await found('numbat before:2000')).toEqual([]);
  expect(await found('numbat status:stuck')).toEqual([]);
  expect(await found('numbat status:searchable census')).toEqual(['spring.pdf']);
});
