import { afterEach, expect, test, vi } from 'vitest';
import { followCatalogue } from './plugin-events.ts';
import { pluginsPollMs } from './plugins.ts';

class FakeSource extends EventTarget {
  readyState = 0;
  close = vi.fn<() => void>();
  say(type: string, data?: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

function follow() {
  const sources: FakeSource[] = [];
  const refresh = vi.fn<(why: 'news' | 'silence') => void>();
  const open = (): FakeSource => {
    const source = new FakeSource();
    sources.push(source);
    return source;
  };
  const network = new EventTarget();
  const end = followCatalogue({ open, shownVersion: () => 'v1', refresh, network });
  const first = sources[0] ?? expect.unreachable();
  return { sources, first, end, refresh, network };
}

afterEach(() => vi.useRealTimers());

test('D4 the list is asked for when its version is another, and not when it is the one shown', () => {
  const { first, end, refresh } = follow();
  first.say('open');
  first.say('catalogue', { version: 'v1' });
  expect(refresh).not.toHaveBeenCalled();
  first.say('catalogue', { version: 'v2' });
  expect(refresh.mock.calls).toEqual([['news']]);
  end();
  expect(first.close).toHaveBeenCalled();
});

test('D4 while the stream is open nobody polls by the second; when it breaks, polling takes over, and a refused stream is opened again', () => {
  vi.useFakeTimers();
  const { sources, first, end, refresh } = follow();
  const alone = pluginsPollMs();
  first.say('open');
  expect(pluginsPollMs()).toBeGreaterThan(10 * alone);
  first.readyState = 2;
  first.dispatchEvent(new Event('error'));
  expect([pluginsPollMs(), refresh.mock.calls]).toEqual([alone, [['silence']]]);
  vi.advanceTimersByTime(30_000);
  expect(sources.length).toBe(2);
  end();
});

test('D4 a network that goes or comes back is asked about at once: a stream over it may hang without an error', () => {
  const { first, end, refresh, network } = follow();
  first.say('open');
  network.dispatchEvent(new Event('offline'));
  network.dispatchEvent(new Event('online'));
  expect(refresh).toHaveBeenCalledTimes(2);
  end();
  network.dispatchEvent(new Event('online'));
  expect(refresh).toHaveBeenCalledTimes(2);
});
