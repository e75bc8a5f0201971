import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { expect, test } from 'vitest';
import { createPipeline, queues, type PipelineDeps } from './pipeline.ts';

type Take = (id: string) => Promise<void>;

/** A queue that a test hands on by itself, and a ledger with one document that waits to be read. */
function pipeline(more: Partial<PipelineDeps> = {}) {
  const sent: string[] = [];
  let arrival: (() => void) | null = null;
  const works = new Map<string, Take>();
  const clock = { nowMs: 0 };
  const document = { id: 'one', sha256: 'ab', status: 'kept', attempts: 0, filename: 'one.pdf' };
  const deps: PipelineDeps = {
    root: '/watched',
    ledger: {
      due: () => Promise.resolve([]),
      seenFiles: (ids) => Promise.resolve(ids.map(() => null)),
      noteKeptAll: () => Promise.resolve(),
      postpone: () => Promise.resolve(),
      noteGone: () => Promise.resolve(),
      noteFailure: () => Promise.resolve(),
    },
    documents: {
      due: () => Promise.resolve(['one']),
      onTheWay: (ids) => Promise.resolve(ids.map(() => document)),
      noteRead: () => Promise.resolve(),
      noteFailure: () => Promise.resolve('again'),
    },
    keepFile: () => Promise.resolve({ ok: false, reason: 'gone' }),
    queue: {
      send(queue, ids) {
        if (queue === queues.read) for (const id of ids) sent.push(id);
        if (ids.length > 0) arrival?.();
        return Promise.resolve();
      },
      work: (queue, _atOnce, work) => Promise.resolve(void works.set(queue, work)),
    },
    readText: () => Promise.resolve({ ok: true, pages: 1, texts: ['words'], about: '' }),
    index: () => Promise.resolve(),
    chunksOf: (pages) => pages.map((text, index) => ({ firstPage: index + 1, text })),
    maxPdfBytes: () => 1000,
    isRootThere: () => Promise.resolve(true),
    isDatabaseUp: () => Promise.resolve(true),
    checkpoint: () => {},
    now: () => clock.nowMs,
    log: createLogger('test', 'silent'),
    ...more,
  };
  return {
    it: createPipeline(deps),
    sent,
    clock,
    next: () => new Promise<void>((resolve) => (arrival = resolve)),
    take: (id: string) => works.get(queues.read)?.(id),
  };
}

test('hazard D2 H9: what the queue lost is handed over again, what it holds is not', async () => {
  const { it, sent, clock, next } = pipeline();
  const first = next();
  await it.start();
  await first;
  it.wake();
  clock.nowMs += 59_000;
  it.wake();
  expect(sent).toEqual(['one']);
  const again = next();
  clock.nowMs += 2000;
  it.wake();
  await again;
  expect(sent).toEqual(['one', 'one']);
  await it.stop();
});

test('hazard D2: one that comes twice is done once at a time', async () => {
  const reading = Promise.withResolvers<void>();
  const read = Promise.withResolvers<{ ok: true; pages: number; texts: string[]; about: string }>();
  let asked = 0;
  const { it, take } = pipeline({ readText: () => (asked++, reading.resolve(), read.promise) });
  await it.start();
  const first = take('one');
  await reading.promise;
  await take('one');
  expect(it.state().currentFile).toEqual({ name: 'one.pdf', documentId: 'one' });
  read.resolve({ ok: true, pages: 1, texts: [], about: '' });
  await first;
  expect(asked).toBe(1);
  await it.stop();
});

test.each([
  [true, 1],
  [false, 0],
])('H9: a surprise counts against the file only while the database is there (%s)', async (isUp, failures) => {
  let noted = 0;
  const broken = {
    due: () => Promise.resolve([]),
    onTheWay: (ids: string[]) =>
      Promise.resolve(
        ids.map((id) => ({ id, sha256: 'ab', status: 'read', attempts: 0, filename: 'one.pdf' })),
      ),
    noteRead: () => Promise.resolve(),
    noteFailure: () => Promise.resolve((noted++, 'again' as const)),
  };
  const { it, take } = pipeline({
    documents: broken,
    index: () => Promise.reject(new Error('no words')),
    isDatabaseUp: () => Promise.resolve(isUp),
  });
  await it.start();
  await take('one');
  expect(noted).toBe(failures);
  await it.stop();
});
