/** The watched folder: looks at it, and notes what it finds. Hints, rescans and the start are the same walk. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { lstat, readdir, statfs } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createGather } from '#platform/gather.ts';
import { isIgnored, isPdfName } from './ignore.rules.ts';
import type { Checkpoint, IntakeSettings, WatchState } from './intake.types.ts';
import type { Ledger } from './ledger.store.ts';
import { displayName, shownName } from './names.rules.ts';
import { createSettle, type Candidate, type Fingerprint } from './settle.ts';
import { absolute, lookAt, walk } from './walk.ts';
import { watchFolder, type Watcher } from './watch.ts';

export type FolderDeps = {
  root: string;
  ledger: Pick<Ledger, 'unknown' | 'noteSeen' | 'noteMissing' | 'knowsFiles'>;
  settings: () => IntakeSettings;
  watch?: typeof watchFolder;
  poke: () => void;
  checkpoint: Checkpoint;
  quietMs: number;
  now: () => number;
  log: Logger;
};

export type WatchedFolder = {
  start: () => Promise<void>;
  /** Walks through the whole folder now; one walk at a time. */
  rescan: () => Promise<void>;
  applySettings: () => Promise<void>;
  /** Looks whether something is due; comes by itself twice a second. */
  tick: () => Promise<void>;
  state: () => WatchState;
  isRootThere: () => Promise<boolean>;
  stop: () => Promise<void>;
};

const batchSize = 500;
const tickMs = 500;
/** Without events a file is found by the walk alone. */
const rescanWithoutEventsMs = 15_000;
const hintedWalkAfterMs = 1000;
/** A mount that goes, or comes over the folder, is no event. */
const peekEveryMs = 2000;
/** An event comes at once; a busy machine and a clock that differs get their time. */
const heardWithinMs = 30_000;
// statfs(2): NFS, SMB, CIFS, SMB2, 9P, FUSE, AFS, Ceph: events of other machines do not arrive.
const networkTypes = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400,
]);

export function watchedFolder({
  root,
  ledger,
  settings,
  watch = watchFolder,
  poke,
  checkpoint,
  quietMs,
  now,
  log,
}: FolderDeps): WatchedFolder {
  const settle = createSettle({ quietMs, now, look: (path) => lookAt(root, path) });
  let watcher: Watcher | null = null;
  let watchedRoot: string | null = null;
  let openedAtMs = 0;
  let lastHintMs = 0;
  let isUnheard = false;
  let peekedAtMs = 0;
  let mode: WatchState['mode'] = 'off';
  let detail: string | null = null;
  let lastRescan: { atMs: number; tookMs: number } | null = null;
  let walking: Promise<void> | null = null;
  let isHintedAtMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | null = null;
  let isStopped = false;

  const ignored = (name: string, path: string): boolean => isIgnored(name, path, settings().ignore);

  const note = async (candidates: Candidate[]): Promise<void> => {
    const count = await ledger.noteSeen(candidates);
    if (count === 0) return;
    checkpoint('seen');
    poke();
  };

  /** Offline is not empty: a folder that is gone, cannot be read, or lost everything at once, says nothing about its files. */
  const rootTrouble = async (): Promise<string | null> => {
    try {
      if (!(await lstat(root)).isDirectory()) return 'The watched folder is not a folder.';
      if ((await readdir(root)).length === 0 && (await ledger.knowsFiles()))
        return 'The watched folder is suddenly empty; it is taken for a mount that is gone.';
      return null;
    } catch (error) {
      return `The watched folder cannot be read (${errorCode(error) ?? 'unknown'}).`;
    }
  };

  const walkAll = async (): Promise<void> => {
    const startedMs = now();
    const trouble = await rootTrouble();
    if (trouble !== null) return goOffline(trouble);
    const found = new Set<string>();
    const { candidates, unread } = walk({ root, isWanted: isPdfName, isIgnored: ignored });
    let batch: Candidate[] = [];
    const flush = async (): Promise<void> => {
      const fresh = (await ledger.unknown(batch)).filter((candidate) => settle.observe(candidate));
      batch = [];
      isUnheard ||=
        mode === 'events' && fresh.some(({ fingerprint }) => wasToBeHeard(fingerprint, startedMs));
      await note(fresh);
    };
    for await (const candidate of candidates) {
      if (isStopped || !settings().watch_enabled) return;
      found.add(candidate.path.toString('latin1'));
      if (batch.push(candidate) >= batchSize) await flush();
    }
    await flush();
    // Looked at again: what vanished under the walk says nothing.
    const gone = await rootTrouble();
    if (gone !== null) return goOffline(gone);
    if (unread.length === 0 && (await ledger.noteMissing(new Date(startedMs), found)) > 0) poke();
    lastRescan = { atMs: now(), tookMs: now() - startedMs };
    if (isUnheard) await fallBackToPolling('one was found by looking alone');
    await goOnline(unread.length);
  };

  /**
   * The folder is never written, so the watcher is tested by what people put there: a file that came while it was open,
   * and that only the walk has found.
   */
  const wasToBeHeard = ({ ctimeNs }: Fingerprint, walkedAtMs: number): boolean => {
    const changedMs = Number(ctimeNs / 1_000_000n);
    // After a hint, a walk finds what the hint was about, such as a folder that was moved in with all its old files.
    return (
      changedMs > Math.max(openedAtMs, lastHintMs) + heardWithinMs && changedMs < walkedAtMs - heardWithinMs
    );
  };

  const fallBackToPolling = async (why: string): Promise<void> => {
    isUnheard = false;
    log.warn({ why }, 'the file system does not report all changes: rescans instead');
    mode = 'rescans';
    detail = `Changes are not reported (${why}): looked through every 15 s.`;
    await closeWatcher();
  };

  const rescan = (): Promise<void> =>
    (walking ??= walkAll()
      .catch((err: unknown) => {
        log.error({ err }, 'the walk through the folder failed');
        isHintedAtMs ??= now();
        detail = 'The last walk through the folder failed.';
      })
      .finally(() => (walking = null)));

  const goOffline = async (reason: string): Promise<void> => {
    if (mode !== 'offline') log.warn({ reason }, 'the watched folder is offline');
    mode = 'offline';
    detail = reason;
    settle.clear();
    await closeWatcher();
  };

  const goOnline = async (unreadFolders: number): Promise<void> => {
    if (isStopped || !settings().watch_enabled) return;
    if (mode === 'offline') log.info('the watched folder is back');
    const unreadWords = unreadFolders > 0 ? `${unreadFolders} folders cannot be read.` : null;
    if (watcher) {
      detail = unreadWords;
      return;
    }
    if (mode === 'rescans') return;
    mode = (await isOnNetwork(root)) ? 'rescans' : 'events';
    detail = mode === 'rescans' ? 'A network folder: looked through every 15 s.' : unreadWords;
    if (mode === 'events') {
      watchedRoot = await identityOf(root);
      openWatcher();
    }
  };

  const openWatcher = (): void => {
    openedAtMs = now();
    watcher = watch(
      root,
      (path) => ignored(shownName(path.slice(path.lastIndexOf('/') + 1)), shownName(relative(root, path))),
      {
        onHint: (path) =>
          void onHint(path).catch((err: unknown) => {
            log.error({ err }, 'a hint could not be noted: the walk follows');
            isHintedAtMs ??= now();
          }),
        // What came between the walk and the first event.
        onReady: () => (isHintedAtMs ??= now()),
        onGone: () => (isHintedAtMs ??= now() - hintedWalkAfterMs),
        onError: (err) => void fallBackToPolling(errorCode(err) ?? 'unknown'),
      },
    );
  };

  const closeWatcher = async (): Promise<void> => {
    const open = watcher;
    watcher = null;
    await open?.close();
  };

  /** A folder that is moved in with thousands of old files is thousands of hints at once: one statement serves many. */
  const noteHinted = createGather(async (candidates: Candidate[]) => {
    await note(await ledger.unknown(candidates));
    return candidates.map(() => undefined);
  }, batchSize);

  /** A name that is no UTF-8 comes as something else than it is: then the walk finds it. */
  const onHint = async (absolutePath: string): Promise<void> => {
    lastHintMs = now();
    const path = Buffer.from(relative(root, absolutePath));
    const fingerprint =
      isPdfName(absolutePath) && !absolutePath.includes('\ufffd') ? await lookAt(root, path) : null;
    if (!fingerprint) isHintedAtMs ??= now();
    else if (!hasIgnoredPart(path)) {
      if (settle.observe({ path, fingerprint })) await noteHinted({ path, fingerprint });
    }
  };

  const hasIgnoredPart = (path: Buffer): boolean => {
    const shown = displayName(path);
    return shown.split('/').some((part) => ignored(part, shown));
  };

  /** Is it still the folder that is watched? Else it is walked through at once, and watched anew. */
  const peek = async (): Promise<void> => {
    if (mode !== 'events' || now() - peekedAtMs < peekEveryMs) return;
    peekedAtMs = now();
    if ((await identityOf(root)) === watchedRoot) return;
    await closeWatcher();
    isHintedAtMs = now() - hintedWalkAfterMs;
  };

  const tick = async (): Promise<void> => {
    if (!settings().watch_enabled) return;
    await peek();
    if (settle.waiting() > 0) {
      const settled = await settle.tick();
      for (let at = 0; at < settled.length; at += batchSize)
        await note(await ledger.unknown(settled.slice(at, at + batchSize)));
    }
    const isTime =
      lastTriedMs === null || now() - lastTriedMs >= rescanEveryMs(mode, settings().rescan_minutes);
    const isHinted = isHintedAtMs !== null && now() - isHintedAtMs >= hintedWalkAfterMs;
    if (!isTime && !isHinted) return;
    isHintedAtMs = null;
    lastTriedMs = now();
    await rescan();
  };
  let lastTriedMs: number | null = null;

  const tickOnce = (): Promise<void> =>
    (ticking ??= tick()
      .catch((err: unknown) => {
        log.error({ err }, 'the intake stumbled');
        // What had settled and could not be noted is found again by walking.
        isHintedAtMs ??= now();
      })
      .finally(() => (ticking = null)));

  return {
    async start() {
      timer = setInterval(() => void tickOnce(), tickMs);
      if (!settings().watch_enabled) return;
      lastTriedMs = now();
      await rescan();
    },
    rescan,
    tick: tickOnce,
    async applySettings() {
      if (settings().watch_enabled) {
        // What was ignored until now was not to be heard.
        openedAtMs = now();
        lastTriedMs = now();
        await rescan();
        return;
      }
      // A walk that is under way sees the setting and ends; what it says at its end must not come last.
      await walking;
      mode = 'off';
      detail = null;
      settle.clear();
      await closeWatcher();
    },
    state: () => ({
      mode,
      detail,
      lastRescanAt: lastRescan ? new Date(lastRescan.atMs).toISOString() : null,
      lastRescanMs: lastRescan?.tookMs ?? null,
      settling: settle.waiting(),
    }),
    isRootThere: async () => (await rootTrouble()) === null,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await ticking;
      await walking;
      await closeWatcher();
    },
  };
}

/** Device and inode; null when it is not there. */
async function identityOf(root: string): Promise<string | null> {
  return lstat(root, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}

async function isOnNetwork(root: string): Promise<boolean> {
  return networkTypes.has((await statfs(absolute(root, Buffer.alloc(0)))).type);
}

function rescanEveryMs(mode: WatchState['mode'], rescanMinutes: number): number {
  if (mode === 'events') return rescanMinutes * 60_000;
  return mode === 'offline' ? 2000 : rescanWithoutEventsMs;
}
