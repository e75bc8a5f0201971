import { expect, test } from 'vitest';
import { credentialCache, type CredentialCache } from './credential-cache.ts';
import type { Principal } from './principal.ts';

const principal = (userId: string, expiresAt = 1e9): Principal => ({
  userId,
  email: 'a@example.org',
  name: 'a',
  isSuperuser: false,
  groupIds: new Set(),
  groupNames: new Map(),
  credential: { kind: 'session', id: userId, expiresAt },
});
type Cache = CredentialCache<Principal, Principal>;
const cacheAt = (now: () => number): Cache => credentialCache({ now, maxAgeMs: 5_000, maxEntries: 10 });
const load = (cache: Cache, key: string, who = principal(key)) =>
  cache.load(key, async (keep) => {
    keep(who, who.credential.expiresAt);
    return who;
  });

test('nothing is older than its time, and nothing outlives its credential', async () => {
  let time = 0;
  const cache = cacheAt(() => time);
  await load(cache, 'a');
  await load(cache, 'b', principal('b', 100));
  time = 100;
  expect([cache.get('a')?.userId, cache.get('b')]).toEqual(['a', null]);
  time = 5_000;
  expect(cache.get('a')).toBeNull();
});

test('what stands on something read before is as old as that', async () => {
  let time = 4_000;
  const cache = cacheAt(() => time);
  const found = cache.load('a', (keep) => {
    keep(principal('a'), 1e9, 0);
    return principal('a');
  });
  expect([found, cache.get('a')?.userId]).toEqual([principal('a'), 'a']);
  time = 5_000;
  expect(cache.get('a')).toBeNull();
});

test('it is bounded, and what is used stays', async () => {
  const cache = cacheAt(() => 0);
  await load(cache, 'used');
  for (let index = 0; index < 100; index++) {
    await load(cache, `other-${index}`);
    expect(cache.get('used')?.userId).toBe('used');
  }
  const kept = Array.from({ length: 100 }, (_, index) => cache.get(`other-${index}`)).filter(
    (found) => found !== null,
  );
  expect(kept.length).toBeLessThanOrEqual(10);
});

test('hazard H9: what was loaded while rights changed is not kept, and who asks after the change is told anew', async () => {
  const cache = cacheAt(() => 0);
  let finish: (who: Principal) => void = () => {};
  const before = cache.load('key', async (keep) => {
    const who = await new Promise<Principal>((resolve) => (finish = resolve));
    keep(who, who.credential.expiresAt);
    return who;
  });
  cache.forget('somebody');
  const after = load(cache, 'key', principal('new'));
  finish(principal('old'));
  expect((await before).userId).toBe('old');
  expect((await after).userId).toBe('new');
  expect(cache.get('key')?.userId).toBe('new');
});

test('one user is forgotten, the others stay', async () => {
  const cache = cacheAt(() => 0);
  await load(cache, 'a');
  await load(cache, 'b');
  cache.forget('a');
  expect([cache.get('a'), cache.get('b')?.userId]).toEqual([null, 'b']);
  cache.forget();
  expect(cache.get('b')).toBeNull();
});
