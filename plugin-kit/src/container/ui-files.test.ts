/** G7: page files go out as they were compressed at the build, to browsers that take it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUiFiles } from './ui-files.ts';

let folder: string;
const app = new Hono();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-ui-files-'));
  const code = Buffer.from('export const words = "words";');
  await writeFile(join(folder, 'app.js'), code);
  await writeFile(join(folder, 'app.js.br'), brotliCompressSync(code));
  await writeFile(join(folder, 'app.js.gz'), gzipSync(code));
  await writeFile(join(folder, 'plain.js'), code);
  const files = createUiFiles('/ui/', folder);
  app.get('*', (c) => files.answer(c, new URL(c.req.url).pathname));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = async (path: string, accepted: string) => {
  const answer = await app.request(path, { headers: { 'accept-encoding': accepted } });
  const { headers } = answer;
  return {
    encoding: headers.get('content-encoding'),
    type: headers.get('content-type'),
    vary: headers.get('vary'),
    etag: headers.get('etag'),
    bytes: (await answer.arrayBuffer()).byteLength,
    length: Number(headers.get('content-length')),
  };
};

test('G7: the smallest that the browser takes, with the type of the file and a tag of its own', async () => {
  const answers = await Promise.all(
    ['gzip, deflate, br, zstd', 'gzip', 'br;q=0, gzip;q=0', ''].map((accepted) =>
      ask('/ui/app.js', accepted),
    ),
  );
  expect(answers.map(({ encoding }) => encoding)).toEqual(['br', 'gzip', null, null]);
  expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(['text/javascript; charset=utf-8']));
  expect(new Set(answers.map(({ vary }) => vary))).toEqual(new Set(['accept-encoding']));
  expect(new Set(answers.map(({ etag }) => etag)).size).toBe(3);
  for (const { bytes, length } of answers) expect(bytes).toBe(length);
});

test('G7: a file that was not compressed goes out as it is', async () => {
  expect(await ask('/ui/plain.js', 'br, gzip')).toMatchObject({ encoding: null, bytes: 29 });
});
