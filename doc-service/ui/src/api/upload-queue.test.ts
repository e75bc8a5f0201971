import { expect, test, vi } from 'vitest';

import { createUploadQueue, isFinished } from './upload-queue.ts';
import type { Upload } from './resumable.ts';
import { failureOf } from './failure.ts';

type Sent = { name: string; upload: Upload; answer(id: string): void; refuse(status: number): void };

function queueWithLine() {
  const line: Sent[] = [];
  const queue = createUploadQueue(
    (file, upload) =>
      new Promise((resolve, reject) => {
        line.push({
          name: file.name,
          upload,
          answer: (id) => resolve({ id }),
          refuse: (status) => reject(failureOf(status, null, null)),
        });
      }),
  );
  return { queue, line };
}
const file = (name: string) => new File(['%PDF-1.7'], name);
const stages = (queue: ReturnType<typeof queueWithLine>['queue']) =>
  queue.entries().map((entry) => entry.state.stage);

test('H11 two files are sent at a time, the others wait for their turn', async () => {
  const { queue, line } = queueWithLine();
  queue.add([file('a'), file('b'), file('c')]);
  expect(stages(queue)).toEqual(['sending', 'sending', 'waiting']);
  line[0]?.answer('1');
  await vi.waitFor(() => expect(stages(queue)).toEqual(['arrived', 'sending', 'sending']));
});

test('H11 progress is told per file, and a refusal stays at its file with a way to try again', async () => {
  const { queue, line } = queueWithLine();
  queue.add([file('a'), file('b')]);
  line[0]?.upload.onProgress(3, 8);
  expect(queue.entries()[0]?.state).toEqual({
    stage: 'sending',
    sentBytes: 3,
    totalBytes: 8,
    isWaiting: false,
  });
  line[0]?.upload.onWait();
  expect(queue.entries()[0]?.state).toMatchObject({ sentBytes: 3, isWaiting: true });
  line[0]?.refuse(503);
  await vi.waitFor(() => expect(stages(queue)).toEqual(['failed', 'sending']));
  queue.again(queue.entries()[0]?.key ?? 0);
  expect(stages(queue)).toEqual(['sending', 'sending']);
});

test.each([
  [415, false],
  [413, false],
  [403, false],
  [503, true],
  [507, true],
  [429, true],
])('case 13: after %d a file is offered to be tried again: %s', async (status, mayRetry) => {
  const { queue, line } = queueWithLine();
  queue.add([file('a')]);
  line[0]?.refuse(status);
  await vi.waitFor(() => expect(queue.entries()[0]?.state).toMatchObject({ stage: 'failed', mayRetry }));
});

test('a file that arrived is followed until it is searchable', async () => {
  const { queue, line } = queueWithLine();
  queue.add([file('a')]);
  line[0]?.answer('7');
  await vi.waitFor(() => expect(stages(queue)).toEqual(['arrived']));
  const state = () => queue.entries()[0]?.state ?? { stage: 'waiting' as const };
  expect(isFinished(state())).toBe(false);
  queue.arrivedAt('7', 'searchable', null);
  expect(isFinished(state())).toBe(true);
  queue.clearFinished();
  expect(queue.entries()).toEqual([]);
});

test('removing a file stops its transfer', () => {
  const { queue, line } = queueWithLine();
  queue.add([file('a')]);
  queue.remove(queue.entries()[0]?.key ?? 0);
  expect(line[0]?.upload.signal.aborted).toBe(true);
  expect(queue.entries()).toEqual([]);
});
