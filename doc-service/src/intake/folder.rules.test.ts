import { expect, test } from 'vitest';
import { after, beforeTheStart, isWalkDue, wasToBeHeard, type FolderEvent } from './folder.rules.ts';

const all = (...events: FolderEvent[]) => events.reduce(after, beforeTheStart);
const watched: FolderEvent = { type: 'watched', mode: 'events', unreadFolders: 0 };
const changedAt = (ms: number) => ({
  sizeBytes: 1n,
  mtimeNs: 0n,
  ctimeNs: BigInt(ms) * 1_000_000n,
  inode: '1',
});

test('H8: a walk is due by the schedule while events come, and every 15 s without them', () => {
  const byEvents = all(watched, { type: 'due', atMs: 0 });
  expect(isWalkDue(byEvents, 299_999, 5)).toBe(false);
  expect(isWalkDue(byEvents, 300_000, 5)).toBe(true);
  const byWalks = after(byEvents, { type: 'unreported', why: 'ENOSPC' });
  expect(isWalkDue(byWalks, 14_999, 5)).toBe(false);
  expect(isWalkDue(byWalks, 15_000, 5)).toBe(true);
});

test('H9: a second hint does not put off the walk of the first', () => {
  const hinted = all(
    watched,
    { type: 'due', atMs: 0 },
    { type: 'hinted', atMs: 100 },
    { type: 'hinted', atMs: 900 },
  );
  expect(isWalkDue(hinted, 1099, 5)).toBe(false);
  expect(isWalkDue(hinted, 1100, 5)).toBe(true);
  expect(isWalkDue(after(hinted, { type: 'due', atMs: 1100 }), 2500, 5)).toBe(false);
});

test('hazard D3: only a file that came while events were listened for, and long ago, is one that was missed', () => {
  const open = all(watched, { type: 'opened', atMs: 100_000 });
  expect(wasToBeHeard(open, changedAt(140_000), 200_000)).toBe(true);
  expect(wasToBeHeard(open, changedAt(90_000), 200_000)).toBe(false);
  expect(wasToBeHeard(open, changedAt(190_000), 200_000)).toBe(false);
  expect(wasToBeHeard(after(open, { type: 'hint', atMs: 150_000 }), changedAt(140_000), 200_000)).toBe(false);
  expect(wasToBeHeard(after(open, { type: 'off' }), changedAt(140_000), 200_000)).toBe(false);
});
