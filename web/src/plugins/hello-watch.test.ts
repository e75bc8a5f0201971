import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { helloWithinMs, watchForHello } from './hello-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What happens in the frame, in order; `-` is time enough to be called silent. */
function silencesAfter(story: readonly ('loaded' | 'hello' | '-')[]): number {
  let count = 0;
  const watch = watchForHello(() => count++);
  for (const step of story) {
    if (step === '-') vi.advanceTimersByTime(helloWithinMs);
    else watch[step]();
  }
  watch.stop();
  return count;
}

test.each([
  [['hello', 'loaded', '-'], 0],
  [['loaded', 'hello', '-'], 0],
  [['loaded', '-'], 1],
  [['-'], 1],
  [['-', 'hello', 'loaded', '-'], 1],
  [['hello', 'loaded', '-', 'hello', 'loaded', '-'], 0],
  [['hello', 'loaded', '-', 'loaded', 'hello', '-'], 0],
  [['hello', 'loaded', '-', 'loaded', '-'], 1],
  [['loaded', 'hello', '-', 'loaded', '-'], 1],
] as const)('item 25: %j is silent %d times', (story, silences) => {
  expect(silencesAfter(story)).toBe(silences);
});
