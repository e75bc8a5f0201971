import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { damagedDocument, encryptedDocument } from '@berth/testing/broken-documents.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { createReaderPool, type ReaderPool } from './reader-pool.ts';

const megabyte = 1024 * 1024;
const log = createLogger('test', 'silent');
const hostile = fileURLToPath(new URL('../testing/hostile-reader.process.ts', import.meta.url));
const read = (path: string) => ({ kind: 'read' as const, path, maxPages: 100, maxCharacters: 10_000 });

let pool: ReaderPool;
afterEach(() => pool.close());

test('hazard D7: who loops, hoards or dies is ended within its limits, and the next one is read', async () => {
  pool = createReaderPool(
    { processes: 1, timeoutMs: 1500, maxRssBytes: 300 * megabyte, recycleAfterTasks: 100, program: hostile },
    log,
  );
  expect(await pool.read(read('endless'))).toMatchObject({ ok: false, reason: 'timed-out' });
  expect(await pool.read(read('good'))).toMatchObject({ ok: true });
  pool.close();
  pool = createReaderPool(
    {
      processes: 1,
      timeoutMs: 60_000,
      maxRssBytes: 300 * megabyte,
      recycleAfterTasks: 100,
      program: hostile,
    },
    log,
  );
  expect(await pool.read(read('greedy'))).toMatchObject({ ok: false, reason: 'out-of-memory' });
  expect(await pool.read(read('deadly'))).toMatchObject({
    ok: false,
    reason: 'crashed',
    detail: expect.stringContaining('SIGABRT'),
  });
  expect(await pool.read(read('killed'))).toMatchObject({
    ok: false,
    reason: 'out-of-memory',
    detail: expect.stringContaining('system ended'),
  });
  expect(await pool.read(read('good'))).toMatchObject({ ok: true });
});

test('H10: a reader whose own memory is used up says so', async () => {
  pool = createReaderPool(
    {
      processes: 1,
      timeoutMs: 60_000,
      maxRssBytes: 4096 * megabyte,
      recycleAfterTasks: 100,
      program: hostile,
    },
    log,
  );
  expect(await pool.read(read('heap'))).toMatchObject({
    ok: false,
    reason: 'out-of-memory',
    detail: 'The reader ran out of memory.',
  });
});

test('H10: a reader without work is ended, and the next file has another', async () => {
  pool = createReaderPool(
    {
      processes: 1,
      timeoutMs: 5000,
      maxRssBytes: 512 * megabyte,
      recycleAfterTasks: 100,
      idleMs: 10,
      program: hostile,
    },
    log,
  );
  expect(await pool.read(read('good'))).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(pool.pids()).toEqual([]));
  expect(await pool.read(read('good'))).toMatchObject({ ok: true });
});

test('a reader is replaced after its number of files', async () => {
  pool = createReaderPool(
    { processes: 1, timeoutMs: 5000, maxRssBytes: 512 * megabyte, recycleAfterTasks: 2, program: hostile },
    log,
  );
  const by = async () => {
    const answer = await pool.read(read('good'));
    return answer.ok ? answer.texts[0] : null;
  };
  const [first, second, third] = [await by(), await by(), await by()];
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('no more readers than allowed, and none after the end', async () => {
  pool = createReaderPool(
    { processes: 2, timeoutMs: 5000, maxRssBytes: 512 * megabyte, recycleAfterTasks: 100, program: hostile },
    log,
  );
  await Promise.all(Array.from({ length: 10 }, () => pool.read(read('good'))));
  expect(pool.pids().length).toBeLessThanOrEqual(2);
  pool.close();
  expect(await pool.read(read('good'))).toMatchObject({ ok: false });
});

test('H10 real files: text by page, pictures, and the reason of a refusal', async () => {
  pool = createReaderPool(
    { processes: 1, timeoutMs: 10_000, maxRssBytes: 512 * megabyte, recycleAfterTasks: 100 },
    log,
  );
  const folder = await mkdtemp(join(tmpdir(), 'berth-read-'));
  try {
    const put = async (name: string, bytes: Uint8Array) => {
      await writeFile(join(folder, name), bytes);
      return join(folder, name);
    };
    const good = await put('good.pdf', await pdf('First page', 'Second page'));
    expect(await pool.read(read(good))).toMatchObject({
      ok: true,
      pages: 2,
      texts: ['First page', 'Second page'],
    });
    expect(await pool.read(read(await put('bad.pdf', damagedDocument())))).toMatchObject({
      ok: false,
      reason: 'damaged',
    });
    expect(await pool.read(read(await put('locked.pdf', encryptedDocument())))).toMatchObject({
      ok: false,
      reason: 'encrypted',
    });
    expect(await pool.render({ kind: 'render', path: good, page: 1, widthPx: 200 })).toMatchObject({
      ok: true,
    });
    expect(await pool.render({ kind: 'render', path: good, page: 9, widthPx: 200 })).toMatchObject({
      ok: false,
      reason: 'no-such-page',
    });
    expect(await pool.read(read(join(folder, 'not-there.pdf')))).toMatchObject({ ok: false, reason: 'gone' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
