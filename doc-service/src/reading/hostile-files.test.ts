import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePdfs, manyPages } from '../testing/hostile-pdfs.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { createReaderPool, type ReaderPool } from './reader-pool.ts';

const timeoutMs = 10_000;
const limits = { processes: 1, timeoutMs, maxRssBytes: 512 * 1024 * 1024, recycleAfterTasks: 500 };
let pool: ReaderPool;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-hostile-'));
  pool = createReaderPool(limits, createLogger('test', 'silent'));
  await writeFile(join(folder, 'good.pdf'), await pdf('Still here'));
});
afterAll(async () => {
  pool.close();
  await rm(folder, { recursive: true, force: true });
});

const task = (name: string) => ({
  kind: 'read' as const,
  path: join(folder, name),
  maxPages: 20_000,
  maxCharacters: 2_000_000,
});
const read = (name: string) => pool.read(task(name));

describe('hazard D7 D8 H10: through the real reader, in bounded time and memory, and the next one is read', () => {
  test.each(Object.entries(hostilePdfs))('%s', async (_name, make) => {
    const path = join(folder, 'hostile.pdf');
    await writeFile(path, await make());
    const startedMs = performance.now();
    const [found, picture] = [
      await read('hostile.pdf'),
      await pool.render({ kind: 'render', path, page: 1, widthPx: 800 }),
    ];
    // The reader is ended at its limit; what is above it is this machine being busy.
    expect(performance.now() - startedMs).toBeLessThan(2 * timeoutMs + 60_000);
    for (const answer of [found, picture]) if (!answer.ok) expect(answer.detail).not.toBe('');
    expect(await read('good.pdf')).toMatchObject({ ok: true, texts: ['Still here'] });
  });

  test('10,000 pages have all their words', async () => {
    await writeFile(join(folder, 'long.pdf'), manyPages(10_000));
    // Much work is no harm: a busy machine has its time.
    const patient = createReaderPool({ ...limits, timeoutMs: 120_000 }, createLogger('test', 'silent'));
    const found = await patient.read(task('long.pdf')).finally(() => patient.close());
    expect(found).toMatchObject({ ok: true, pages: 10_000 });
    expect(found.ok && found.texts.at(-1)).toBe('This is page 10000');
  });

  test('a bomb is told by its reason', async () => {
    const make = hostilePdfs['a stream that is deflated twice'];
    await writeFile(join(folder, 'bomb.pdf'), (await make?.()) ?? '');
    expect(await read('bomb.pdf')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(?:out-of-memory|timed-out)$/),
    });
  });

  test('a page as narrow as a thread has a picture', async () => {
    await writeFile(
      join(folder, 'thread.pdf'),
      (await hostilePdfs['a page of one point by ten thousand']?.()) ?? '',
    );
    expect(
      await pool.render({ kind: 'render', path: join(folder, 'thread.pdf'), page: 1, widthPx: 800 }),
    ).toMatchObject({ ok: true });
  });
});
