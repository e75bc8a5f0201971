/**
 * The watched folder: looks at it, and notes what it finds. Hints, rescans and the start are the same walk.
 * What is known of it and what changes that is in `folder.rules.ts`; whether it is there is in `presence.ts`;
 * here are the walk and the timers.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { singleFlight } from '#platform/single-flight.ts';
import { isWalkDue, toldState, wasToBeHeard } from './folder.rules.ts';
import { createTakeHint } from './hints.ts';
import { isIgnored } from './ignore.rules.ts';
import type { Checkpoint, IntakeSettings, WatchState } from './intake.types.ts';
import type { Ledger } from './ledger.store.ts';
import { batchSize, lookThrough } from './look-through.ts';
import { createPresence } from './presence.ts';
import { rootTrouble } from './root-folder.ts';
import { createSettle, type Candidate } from './settle.ts';
import { lookAt } from './walk.ts';
import { watchFolder } from './watch.ts';

export type FolderDeps = {
  root: string;
  ledger: Pick<Ledger, 'unknown' | 'noteSeen' | 'noteMissing' | 'knowsFiles'>;
  settings: () => IntakeSettings;
  watch?: typeof watchFolder;
  wake: () => void;
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

const tickMs = 500;

export function watchedFolder(deps: FolderDeps): WatchedFolder {
  const { root, ledger, settings, quietMs, now, log } = deps;
  const settle = createSettle({ quietMs, now, look: (path) => lookAt(root, path) });
  const ignored = (name: string, path: string): boolean => isIgnored(name, path, settings().ignore);
  let isStopped = false;
  const isOn = (): boolean => !isStopped && settings().watch_enabled;
  const presence = createPresence({
    ...deps,
    watch: deps.watch ?? watchFolder,
    isIgnored: ignored,
    isOn,
    onHint: (path) => void hear(path),
    onAway: settle.clear,
  });
  const { happened } = presence;
  const takeHint = createTakeHint({
    root,
    isIgnored: ignored,
    hasSettled: settle.observe,
    note: async (candidates) => note(await ledger.unknown(candidates)),
    batchSize,
  });

  async function note(candidates: Candidate[]): Promise<void> {
    if ((await ledger.noteSeen(candidates)) === 0) return;
    deps.checkpoint('seen');
    deps.wake();
  }

  async function hear(path: string): Promise<void> {
    happened({ type: 'hint', atMs: now() });
    try {
      if (await takeHint(path)) happened({ type: 'hinted', atMs: now() });
    } catch (err) {
      log.error({ err }, 'a hint could not be noted: the walk follows');
      happened({ type: 'hinted', atMs: now() });
    }
  }

  async function look(): Promise<void> {
    const startedMs = now();
    const onFresh = async (fresh: Candidate[]): Promise<void> => {
      if (fresh.some(({ fingerprint }) => wasToBeHeard(presence.state(), fingerprint, startedMs)))
        happened({ type: 'unheard' });
      await note(fresh);
    };
    const found = await lookThrough(
      {
        ...deps,
        isIgnored: ignored,
        goesOn: isOn,
        hasSettled: settle.observe,
        onFresh,
        onMissing: deps.wake,
      },
      startedMs,
    );
    if (found.type === 'left') return;
    if (found.type === 'offline') return presence.offline(found.reason);
    happened({ type: 'walked', startedMs, atMs: now() });
    if (presence.state().isUnheard) await presence.fallBackToRescans('one was found by looking alone');
    await presence.online(found.unreadFolders);
  }

  async function round(): Promise<void> {
    if (!settings().watch_enabled) return;
    await presence.peek();
    if (settle.waiting() > 0) {
      const settled = await settle.tick();
      for (let at = 0; at < settled.length; at += batchSize)
        await note(await ledger.unknown(settled.slice(at, at + batchSize)));
    }
    if (!isWalkDue(presence.state(), now(), settings().rescan_minutes)) return;
    happened({ type: 'due', atMs: now() });
    await walk.run();
  }

  const walk = singleFlight(look, (err) => {
    log.error({ err }, 'the walk through the folder failed');
    happened({ type: 'walk-failed', atMs: now() });
  });
  const rounds = singleFlight(round, (err) => {
    log.error({ err }, 'the intake stumbled');
    // What had settled and could not be noted is found again by walking.
    happened({ type: 'hinted', atMs: now() });
  });
  let timer: NodeJS.Timeout | undefined;

  return {
    async start() {
      timer = setInterval(() => void rounds.run(), tickMs);
      if (!settings().watch_enabled) return;
      happened({ type: 'tried', atMs: now() });
      await walk.run();
    },
    rescan: walk.run,
    tick: rounds.run,
    async applySettings() {
      if (settings().watch_enabled) {
        // What was ignored until now was not to be heard.
        happened({ type: 'opened', atMs: now() });
        happened({ type: 'tried', atMs: now() });
        return walk.run();
      }
      // A walk that is under way sees the setting and ends; what it says at its end must not come last.
      await walk.settled();
      await presence.off();
    },
    state: () => toldState(presence.state(), settle.waiting()),
    isRootThere: async () => (await rootTrouble(root, ledger.knowsFiles)) === null,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await rounds.settled();
      await walk.settled();
      await presence.close();
    },
  };
}
