/** H11: a file arrives in pieces, and goes on where a lost connection left it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { alice, bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const begin = async (bytes: Uint8Array, filename = 'scan.pdf', size = bytes.byteLength) => {
  const answer = await service.ask('/documents/uploads', {
    method: 'POST',
    body: JSON.stringify({ filename, size_bytes: size }),
  });
  const { id } = answer.status === 201 ? await answer.json() : { id: '' };
  return { answer, path: `/documents/uploads/${id}` };
};
const piece = (path: string, offset: number, bytes: Uint8Array, as = alice) =>
  service.ask(path, {
    method: 'PATCH',
    as,
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body: new Uint8Array(bytes),
  });
const offsetAt = async (path: string) =>
  Number((await service.ask(path, { method: 'HEAD' })).headers.get('upload-offset'));

describe('H11 resumable upload', () => {
  test('H11: pieces become one document, pending at first; the lost last answer is given again', async () => {
    const bytes = await pdf('A platypus in pieces.');
    const { path } = await begin(bytes);
    const first = await piece(path, 0, bytes.subarray(0, 300));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '300']);
    const last = await piece(path, 300, bytes.subarray(300));
    expect(last.status).toBe(202);
    const { id, status } = await last.json();
    expect(status).toBe('pending');
    expect(await (await piece(path, 300, bytes.subarray(300))).json()).toEqual({ id, status: 'pending' });
    const { items } = await until(
      () => service.json('/documents?q=platypus'),
      (list) => list.items[0]?.status === 'searchable',
    );
    expect(items).toMatchObject([{ id, filename: 'scan.pdf', size_bytes: bytes.byteLength }]);
  });

  test('H11: what arrived before the connection broke stays, also over a restart', async () => {
    const bytes = await pdf('An echidna that was interrupted.');
    const { path } = await begin(bytes);
    // Half of what is announced, and then nothing more.
    const url = new URL(path, service.app.serving.url);
    const headers = {
      'x-berth-assertion': await service.assertion('doc-service'),
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': String(bytes.byteLength),
    };
    const broken = request(url, { method: 'PATCH', headers });
    broken.on('error', () => {});
    broken.write(bytes.subarray(0, 400));
    await until(
      () => offsetAt(path),
      (offset) => offset === 400,
    );
    broken.destroy();
    await service.restart();
    const offset = await offsetAt(path);
    expect(offset).toBe(400);
    const elsewhere = await piece(path, 0, bytes);
    expect([elsewhere.status, elsewhere.headers.get('upload-offset')]).toEqual([409, '400']);
    expect((await piece(path, offset, bytes.subarray(offset))).status).toBe(202);
  });

  test('H11: too large is 413 and no PDF is 415, before the file has been sent; neither leaves anything', async () => {
    const bytes = new TextEncoder().encode('This is no PDF. '.repeat(100));
    expect((await begin(bytes, 'big.pdf', 10_000_000_000)).answer.status).toBe(413);
    const { path } = await begin(bytes);
    expect((await piece(path, 0, bytes.subarray(0, 1200))).status).toBe(415);
    expect((await service.ask(path)).status).toBe(404);
    const more = await begin(bytes, 'more.pdf', 10);
    expect((await piece(more.path, 0, bytes)).status).toBe(422);
    // The two of the tests before.
    expect((await service.json('/documents')).total).toBe(2);
  });

  test('I5: an upload of somebody else is the same 404 as none; giving up frees it', async () => {
    const bytes = await pdf('Mine.');
    const { path } = await begin(bytes);
    expect((await piece(path, 0, bytes, bob)).status).toBe(404);
    expect((await service.ask(path, { as: bob, method: 'DELETE' })).status).toBe(404);
    expect((await service.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await service.ask(path)).status).toBe(404);
  });
});
