import { expect, test } from 'vitest';

import { createPictures } from './pictures.ts';

function fakeUrls() {
  let made = 0;
  const revoked: string[] = [];
  return {
    urls: {
      createObjectURL: () => `blob:${++made}`,
      revokeObjectURL: (url: string) => void revoked.push(url),
    },
    revoked,
  };
}
const blob = async () => new Blob(['x']);

test('I3 one picture is loaded once for all who show it', async () => {
  const pictures = createPictures(5, fakeUrls().urls);
  const first = pictures.take('a', blob);
  const second = pictures.take('a', () => Promise.reject(new Error('a second load')));
  expect(await first.url).toBe('blob:1');
  expect(await second.url).toBe('blob:1');
});

test('unused pictures are bounded and revoked, used ones stay', async () => {
  const { urls, revoked } = fakeUrls();
  const pictures = createPictures(1, urls);
  const shown = pictures.take('shown', blob);
  await shown.url;
  for (const key of ['a', 'b', 'c']) {
    const picture = pictures.take(key, blob);
    await picture.url;
    picture.release();
    picture.release();
  }
  await Promise.resolve();
  expect(pictures.size()).toBe(2);
  expect(revoked).toEqual(['blob:2', 'blob:3']);
});

test('a load that nobody waits for any more is aborted', () => {
  const pictures = createPictures(5, fakeUrls().urls);
  let aborted = false;
  const picture = pictures.take(
    'a',
    (signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
  );
  picture.release();
  expect(aborted).toBe(true);
  expect(pictures.size()).toBe(0);
});

test('a failed picture can be asked for again', async () => {
  const pictures = createPictures(5, fakeUrls().urls);
  await expect(pictures.take('a', () => Promise.reject(new Error('down'))).url).rejects.toThrow('down');
  expect(await pictures.take('a', blob).url).toBe('blob:1');
});
