/** N4: streams of the gateway's own, watched. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchedStream } from './own-streams.ts';

let now: number;
let asked: number;
const refusing = (): void => {
  asked++;
  throw new Problem('not-allowed');
};

beforeEach(() => {
  now = 0;
  asked = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => void vi.useRealTimers());

test('N4: a source that breaks breaks the stream, and nothing is asked about it any more', async () => {
  const source = new ReadableStream<Uint8Array>({
    pull: () => {
      throw new Error('the source broke');
    },
  });
  const reader = watchedStream(source, refusing, () => now).getReader();
  await expect(reader.read()).rejects.toThrow('the source broke');
  now = 120_000;
  vi.advanceTimersByTime(2_000);
  expect([asked, vi.getTimerCount()]).toEqual([0, 0]);
});

test('N4: a stream that is refused ends with its reason, also where its source cannot be ended', async () => {
  const source = new ReadableStream<Uint8Array>({
    cancel: () => {
      throw new Error('no end');
    },
  });
  const text = new Response(watchedStream(source, refusing, () => now)).text();
  now = 120_000;
  vi.advanceTimersByTime(2_000);
  expect(await text).toBe('event: berth-end\ndata: {"reason":"not-allowed"}\n\n');
  expect([asked, vi.getTimerCount()]).toEqual([1, 0]);
});
