import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchedFolder, type FolderDeps, type WatchedFolder } from './folder.ts';
import type { Candidate } from './settle.ts';
import type { Hints } from './watch.ts';

let root: string;
let known: Set<string>;
let settings: ReturnType<FolderDeps['settings']>;
let clock: { nowMs: number };
let hints: Hints[];
let isDatabaseAway: boolean;
let folder: WatchedFolder;

const nameOf = ({ path }: Candidate): string => path.toString();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-folder-'));
  await writeFile(join(root, 'first.pdf'), 'x');
  known = new Set();
  hints = [];
  isDatabaseAway = false;
  settings = { watch_enabled: true, rescan_minutes: 5, ignore: [] };
  // Ahead of the files: what is found has been quiet for long.
  clock = { nowMs: Date.now() + 3_600_000 };
  folder = watchedFolder({
    root,
    ledger: {
      unknown: (candidates) =>
        Promise.resolve(candidates.filter((candidate) => !known.has(nameOf(candidate)))),
      noteSeen(candidates) {
        if (isDatabaseAway) return Promise.reject(new Error('the connection is gone'));
        for (const candidate of candidates) known.add(nameOf(candidate));
        return Promise.resolve(candidates.length);
      },
      noteMissing: () => Promise.resolve(0),
      knowsFiles: () => Promise.resolve(known.size > 0),
    },
    settings: () => settings,
    watch: (_root, _isIgnored, given) => (hints.push(given), { close: () => Promise.resolve() }),
    wake: () => {},
    checkpoint: () => {},
    quietMs: 2000,
    now: () => clock.nowMs,
    log: createLogger('test', 'silent'),
  });
});
afterEach(async () => {
  await folder.stop();
  await rm(root, { recursive: true, force: true });
  await rm(`${root}-away`, { recursive: true, force: true });
});

test('H8: events are chosen by itself, and the mode and the last look are told', async () => {
  await folder.start();
  expect(folder.state()).toMatchObject({ mode: 'events', detail: null, lastRescanMs: 0 });
  expect([...known]).toEqual(['first.pdf']);
  expect(hints).toHaveLength(1);
});

test('hazard D3 H8: a file that only the look finds shows that events are lost: rescans from then on', async () => {
  clock.nowMs = Date.now() - 3_600_000;
  await folder.start();
  await writeFile(join(root, 'unheard.pdf'), 'x');
  clock.nowMs = Date.now() + 3_600_000;
  await folder.rescan();
  expect(known).toContain('unheard.pdf');
  expect(folder.state()).toMatchObject({ mode: 'rescans', detail: expect.stringContaining('not reported') });
  // Mistrusted once, it is not tried again and again.
  await folder.rescan();
  expect(folder.state().mode).toBe('rescans');
  expect(hints).toHaveLength(1);
});

test('H8: a file that was reported is no reason to mistrust', async () => {
  clock.nowMs = Date.now() - 3_600_000;
  await folder.start();
  await writeFile(join(root, 'heard.pdf'), 'x');
  clock.nowMs = Date.now() + 3_600_000;
  hints[0]?.onHint(join(root, 'heard.pdf'));
  await folder.rescan();
  expect(folder.state().mode).toBe('events');
});

test('hazard D3: a watcher that breaks down is replaced by rescans', async () => {
  await folder.start();
  hints[0]?.onError(Object.assign(new Error('no more watches'), { code: 'ENOSPC' }));
  expect(folder.state()).toMatchObject({ mode: 'rescans', detail: expect.stringContaining('ENOSPC') });
});

test('hazard D4 H7: gone is offline, back is watched anew', async () => {
  await folder.start();
  await rename(root, `${root}-away`);
  await folder.rescan();
  expect(folder.state()).toMatchObject({ mode: 'offline' });
  await mkdir(root);
  await folder.rescan();
  expect(folder.state()).toMatchObject({ mode: 'offline', detail: expect.stringContaining('empty') });
  await rm(root, { recursive: true });
  await rename(`${root}-away`, root);
  await folder.rescan();
  expect(folder.state()).toMatchObject({ mode: 'events', detail: null });
  expect(hints).toHaveLength(2);
});

test('H12: watching off, the ignore list, and watching on again, all at once', async () => {
  settings = { ...settings, ignore: ['first*'] };
  await folder.start();
  expect(known.size).toBe(0);
  settings = { ...settings, watch_enabled: false };
  await folder.applySettings();
  expect(folder.state()).toMatchObject({ mode: 'off' });
  settings = { watch_enabled: true, rescan_minutes: 1, ignore: [] };
  await folder.applySettings();
  expect(folder.state()).toMatchObject({ mode: 'events' });
  expect([...known]).toEqual(['first.pdf']);
});

test('H12 hazard D3: the schedule of the settings holds, and a shorter one holds at once', async () => {
  await folder.start();
  const looked = () => folder.state().lastRescanAt;
  const first = looked();
  clock.nowMs += 4 * 60_000;
  await folder.tick();
  expect(looked()).toBe(first);
  settings = { ...settings, rescan_minutes: 3 };
  await folder.tick();
  expect(looked()).not.toBe(first);
});

test('hazard D5 H9: what had settled while the database was away is noted as soon as it is back', async () => {
  clock.nowMs = Date.now();
  await folder.start();
  expect(folder.state().settling).toBe(1);
  isDatabaseAway = true;
  clock.nowMs += 3_600_000;
  settings = { ...settings, rescan_minutes: 1440 };
  await folder.tick();
  expect(known.size).toBe(0);
  isDatabaseAway = false;
  clock.nowMs += 1000;
  await folder.tick();
  expect([...known]).toEqual(['first.pdf']);
});

test('D21: ten thousand hints of settled files at once are noted in few statements', async () => {
  let statements = 0;
  const names = Array.from({ length: 2_000 }, (_, index) => `moved-${index}.pdf`);
  await Promise.all(names.map((name) => writeFile(join(root, name), 'x')));
  folder = watchedFolder({
    root,
    ledger: {
      // A statement takes its time; what is heard meanwhile gathers.
      unknown: async (candidates) => {
        statements++;
        return setTimeout(5, candidates);
      },
      noteSeen: (candidates) => {
        for (const candidate of candidates) known.add(nameOf(candidate));
        return Promise.resolve(candidates.length);
      },
      noteMissing: () => Promise.resolve(0),
      knowsFiles: () => Promise.resolve(true),
    },
    settings: () => settings,
    watch: (_root, _isIgnored, given) => (hints.push(given), { close: () => Promise.resolve() }),
    wake: () => {},
    checkpoint: () => {},
    quietMs: 2000,
    now: () => clock.nowMs,
    log: createLogger('test', 'silent'),
  });
  await folder.start();
  known.clear();
  statements = 0;
  for (const name of names) hints.at(-1)?.onHint(join(root, name));
  await expect.poll(() => known.size).toBe(names.length);
  expect(statements).toBeLessThan(100);
});
