import { afterEach, expect, test, vi } from 'vitest';
import { createFrameTokens } from './frame-tokens.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const fresh = () => Response.json({ token: 't', expires_at: new Date(Date.now() + 60_000).toISOString() });
const refused = () => Response.json({ title: 'Not now' }, { status: 503 });

test.each([
  ['answered', fresh],
  ['refused', refused],
])('G3: a token that is on its way at the end is the last one, also when %s', async (_, answerOf) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = Promise.withResolvers<Response>();
  vi.stubGlobal('fetch', () => answer.promise);
  const tokens = createFrameTokens('quay', () => undefined);
  const renewed = tokens.renew();
  tokens.stop();
  answer.resolve(answerOf());
  await renewed;
  expect(vi.getTimerCount()).toBe(0);
});
