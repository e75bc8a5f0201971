/** I16: the WebDAV inbox, with the clients that people use: curl as scanners speak, and a client library. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, type WebDAVClient } from 'webdav';
import { bob, startService, until, type TestService } from '../testing/service.ts';

const run = promisify(execFile);
let service: TestService;
let assertion: string;
let client: WebDAVClient;

beforeAll(async () => {
  service = await startService();
  assertion = await service.assertion('doc-service');
  client = createClient(new URL('/documents/dav/', service.app.serving.url).href, {
    headers: { 'x-berth-assertion': assertion },
  });
});
afterAll(() => service?.close());

type Init = Parameters<TestService['ask']>[1];
const dav = (method: string, path: string, init: Init = {}) =>
  service.ask(`/documents/dav/${path}`, { method, ...init });
const put = (path: string, body: Uint8Array | string, init: Init = {}) =>
  dav('PUT', path, { body: typeof body === 'string' ? body : new Uint8Array(body), ...init });
const named = async (filename: string) => {
  const { items } = await service.json('/documents?page_size=100');
  return items.filter((item) => item.filename === filename);
};

test('I16: curl, as scanners speak: a folder, a file, and what is there', async () => {
  const file = join(service.folders.watch, '..', 'scan.pdf');
  await writeFile(file, await pdf('From the scanner'));
  const curl = async (...given: string[]) => {
    const url = new URL(`/documents/dav/${given.pop() ?? ''}`, service.app.serving.url).href;
    const common = ['-sS', '-w', '%{http_code}', '-H', `x-berth-assertion: ${assertion}`];
    return (await run('curl', [...common, '-H', 'x-forwarded-prefix: /api', ...given, url])).stdout;
  };
  expect(await curl('-X', 'MKCOL', 'letters/')).toBe('201');
  expect(await curl('-X', 'MKCOL', 'letters/')).toMatch(/405$/);
  expect(await curl('-T', file, 'letters/scan.pdf')).toBe('201');
  expect(await curl('-T', file, 'letters/scan.pdf')).toBe('204');
  const listed = await curl('-X', 'PROPFIND', '-H', 'Depth: 1', 'letters/');
  expect(listed).toContain('<D:href>/api/documents/dav/letters/scan.pdf</D:href>');
  expect(listed).toMatch(/207$/);
  const found = await named('scan.pdf');
  expect(found).toMatchObject([{ category: 'letters', title: 'scan' }]);
});

test('I16: a client library puts, looks, and renames what it has just written', async () => {
  await client.createDirectory('/inbox');
  await client.putFileContents('/inbox/phone.pdf.part', Buffer.from(await pdf('From the phone')), {
    contentLength: false,
  });
  await client.moveFile('/inbox/phone.pdf.part', '/inbox/phone of the day.pdf');
  const stat = await client.stat('/inbox/phone of the day.pdf');
  expect(stat).toMatchObject({ type: 'file', basename: 'phone of the day.pdf' });
  const listing = await client.getDirectoryContents('/inbox');
  expect(Array.isArray(listing) && listing.map(({ basename }) => basename)).toEqual(['phone of the day.pdf']);
  const [one, ...others] = await until(
    () => named('phone of the day.pdf'),
    ([found]) => found?.status === 'searchable',
  );
  expect(others).toEqual([]);
  expect(one).toMatchObject({ title: 'phone of the day', category: 'inbox' });
  expect(await named('phone.pdf')).toEqual([]);
  await expect(client.deleteFile('/inbox/phone of the day.pdf')).rejects.toThrow('403');
  await expect(client.getFileContents('/inbox/phone of the day.pdf')).rejects.toThrow('403');
});

test('I16: an empty name first and the bytes after it is one document; so are the same bytes twice', async () => {
  const bytes = await pdf('First an empty name');
  expect((await put('empty.pdf', '')).status).toBe(201);
  expect(await named('empty.pdf')).toEqual([]);
  expect((await dav('LOCK', 'empty.pdf')).headers.get('lock-token')).toMatch(/^<urn:uuid:/);
  expect((await put('empty.pdf', bytes)).status).toBe(204);
  expect((await put('empty.pdf', bytes)).status).toBe(204);
  expect((await put('other%20name.pdf', bytes)).status).toBe(201);
  expect((await dav('UNLOCK', 'empty.pdf')).status).toBe(204);
  expect(await named('empty.pdf')).toHaveLength(1);
  expect(await named('other name.pdf')).toEqual([]);
  // What a desktop leaves beside it is taken, forgotten, and may be deleted.
  expect((await put('._empty.pdf', 'Mac OS X')).status).toBe(201);
  expect((await dav('DELETE', '._empty.pdf')).status).toBe(204);
});

test('I16: nothing of the archive and nothing of anybody else is shown', async () => {
  await put('mine.pdf', await pdf('Mine alone'));
  const listed = await dav('PROPFIND', '', { as: bob, headers: { depth: '1' } });
  expect([listed.status, await listed.text()]).toEqual([207, expect.not.stringContaining('mine.pdf')]);
  expect((await dav('PROPFIND', 'mine.pdf', { as: bob })).status).toBe(404);
  const move = { destination: new URL('/documents/dav/his.pdf', service.app.serving.url).href };
  expect((await dav('MOVE', 'mine.pdf', { as: bob, headers: move })).status).toBe(404);
  expect((await dav('PROPFIND', 'mine.pdf')).status).toBe(207);
});

describe('I16: bad input is refused in words', () => {
  test.each<[string, string, string, Init, number, string]>([
    [
      'a listing of everything below',
      'PROPFIND',
      '',
      { headers: { depth: 'infinity' } },
      403,
      'finite-depth',
    ],
    ['what is no PDF', 'PUT', 'a.pdf', { body: 'GIF89a' }, 415, 'not a PDF'],
    [
      'a part of a file',
      'PUT',
      'a.pdf',
      { body: '%PDF-', headers: { 'content-range': 'bytes 0-4/9' } },
      400,
      'whole file',
    ],
    ['a slash within a name', 'PUT', 'a%2Fb.pdf', { body: '%PDF-' }, 400, 'bad-path'],
    ['control characters', 'PUT', 'a%0Ab/b.pdf', { body: '%PDF-' }, 422, 'control characters'],
    ['a folder too deep', 'MKCOL', 'a/'.repeat(11), {}, 422, '10 deep'],
    ['an invalid escape', 'PUT', '%C3%28/b.pdf', { body: '%PDF-' }, 400, 'bad-path'],
    ['a body of MKCOL', 'MKCOL', 'x', { body: '<x/>' }, 415, 'No body'],
    [
      'a move of what is not one’s own',
      'MOVE',
      'never.pdf',
      { headers: { destination: '/documents/dav/b.pdf' } },
      404,
      'not-found',
    ],
    ['reading', 'GET', '', {}, 403, 'hands none out'],
    ['deleting', 'DELETE', 'letters/scan.pdf', {}, 403, 'deletes none'],
  ])('%s', async (_, method, path, init, status, words) => {
    const answer = await dav(method, path, init);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });

  test('a move out of the inbox', async () => {
    await put('stay.pdf', await pdf('It stays'));
    for (const destination of ['http://elsewhere/x.pdf', '/documents/upload', '%%', '/documents/dav/../x'])
      expect((await dav('MOVE', 'stay.pdf', { headers: { destination } })).status).toBe(400);
    expect((await dav('MOVE', 'stay.pdf')).status).toBe(400);
    expect(await named('stay.pdf')).toHaveLength(1);
  });

  test('a folder that is closed to the person', async () => {
    const json = { 'content-type': 'application/json' };
    const made = await service.ask('/documents/categories', {
      superuser: true,
      method: 'POST',
      headers: json,
      body: JSON.stringify({ path: 'closed' }),
    });
    const { id }: { id: string } = await made.json();
    const rights = { everyone: false, read: ['board'], edit: ['board'] };
    const set = await service.ask(`/documents/categories/${id}/rights`, {
      superuser: true,
      method: 'PUT',
      headers: json,
      body: JSON.stringify({ rights }),
    });
    expect(set.ok).toBe(true);
    expect((await put('closed/a.pdf', await pdf('Not for me'))).status).toBe(403);
    expect(await named('a.pdf')).toEqual([]);
  });
});

test('I16: a file that is cut on its way leaves nothing', async () => {
  const { hostname, port } = new URL(service.app.serving.url);
  const socket = connect(Number(port), hostname);
  const head = ['PUT /documents/dav/cut.pdf HTTP/1.1', 'Host: x', `x-berth-assertion: ${assertion}`];
  socket.write(`${[...head, 'Content-Length: 1000000', '', ''].join('\r\n')}%PDF-1.7 and then nothing`);
  // The service has begun to take it once it is asked about something else on another connection.
  await dav('OPTIONS', '');
  socket.destroy();
  const whole = await pdf('After the cut');
  expect((await put('cut.pdf', whole)).status).toBe(201);
  expect(await named('cut.pdf')).toHaveLength(1);
});
