/** What is known of the watched folder, and what each thing that happens to it changes. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { WatchState } from './intake.types.ts';
import type { Fingerprint } from './settle.ts';

/**
 * @property isUnheard a walk found what an event should have told
 * @property hintedSinceMs since when something hints that a walk is worth while
 * @property triedMs when the last walk of the schedule began
 */
export type FolderState = {
  mode: WatchState['mode'];
  detail: string | null;
  openedAtMs: number;
  hintMs: number;
  isUnheard: boolean;
  peekedMs: number;
  hintedSinceMs: number | null;
  triedMs: number | null;
  walked: { atMs: number; tookMs: number } | null;
};

export type FolderEvent =
  | { type: 'off' }
  | { type: 'offline'; reason: string }
  | { type: 'watched'; mode: 'events' | 'rescans'; unreadFolders: number }
  | { type: 'still-watched'; unreadFolders: number }
  | { type: 'unreported'; why: string }
  | { type: 'unheard' }
  | { type: 'opened' | 'hint' | 'hinted' | 'gone' | 'peeked' | 'replaced' | 'due' | 'tried'; atMs: number }
  | { type: 'walked'; startedMs: number; atMs: number }
  | { type: 'walk-failed'; atMs: number };

export const beforeTheStart: FolderState = {
  mode: 'off',
  detail: null,
  openedAtMs: 0,
  hintMs: 0,
  isUnheard: false,
  peekedMs: 0,
  hintedSinceMs: null,
  triedMs: null,
  walked: null,
};

/** Without events a file is found by the walk alone. */
const rescanWithoutEventsMs = 15_000;
const offlineRetryMs = 2000;
const hintedWalkAfterMs = 1000;
/** A mount that goes, or comes over the folder, is no event. */
const peekEveryMs = 2000;
/** An event comes at once; a busy machine and a clock that differs get their time. */
const heardWithinMs = 30_000;

export function after(state: FolderState, event: FolderEvent): FolderState {
  switch (event.type) {
    case 'off':
      return { ...state, mode: 'off', detail: null };
    case 'offline':
      return { ...state, mode: 'offline', detail: event.reason };
    case 'watched':
      return {
        ...state,
        mode: event.mode,
        detail:
          event.mode === 'rescans'
            ? 'A network folder: looked through every 15 s.'
            : unreadWords(event.unreadFolders),
      };
    case 'still-watched':
      return { ...state, detail: unreadWords(event.unreadFolders) };
    case 'unreported':
      return {
        ...state,
        isUnheard: false,
        mode: 'rescans',
        detail: say`Changes are not reported (${event.why}): looked through every 15 s.`,
      };
    case 'unheard':
      return { ...state, isUnheard: true };
    case 'opened':
      return { ...state, openedAtMs: event.atMs };
    case 'hint':
      return { ...state, hintMs: event.atMs };
    case 'hinted':
      return { ...state, hintedSinceMs: state.hintedSinceMs ?? event.atMs };
    case 'gone':
      return { ...state, hintedSinceMs: state.hintedSinceMs ?? event.atMs - hintedWalkAfterMs };
    case 'peeked':
      return { ...state, peekedMs: event.atMs };
    case 'replaced':
      return { ...state, hintedSinceMs: event.atMs - hintedWalkAfterMs };
    case 'due':
      return { ...state, hintedSinceMs: null, triedMs: event.atMs };
    case 'tried':
      return { ...state, triedMs: event.atMs };
    case 'walked':
      return { ...state, walked: { atMs: event.atMs, tookMs: event.atMs - event.startedMs } };
    case 'walk-failed':
      return {
        ...state,
        detail: 'The last walk through the folder failed.',
        hintedSinceMs: state.hintedSinceMs ?? event.atMs,
      };
  }
}

export function isPeekDue({ mode, peekedMs }: FolderState, nowMs: number): boolean {
  return mode === 'events' && nowMs - peekedMs >= peekEveryMs;
}

export function isWalkDue(state: FolderState, nowMs: number, rescanMinutes: number): boolean {
  const { hintedSinceMs, triedMs, mode } = state;
  if (triedMs === null || nowMs - triedMs >= rescanEveryMs(mode, rescanMinutes)) return true;
  return hintedSinceMs !== null && nowMs - hintedSinceMs >= hintedWalkAfterMs;
}

/**
 * The folder is never written, so the watcher is tested by what people put there: a file that came while it
 * was open, and that only the walk has found.
 */
export function wasToBeHeard(state: FolderState, { ctimeNs }: Fingerprint, walkedAtMs: number): boolean {
  if (state.mode !== 'events') return false;
  const changedMs = Number(ctimeNs / 1_000_000n);
  // After a hint, a walk finds what the hint was about, such as a folder moved in with its old files.
  return (
    changedMs > Math.max(state.openedAtMs, state.hintMs) + heardWithinMs &&
    changedMs < walkedAtMs - heardWithinMs
  );
}

export function toldState({ mode, detail, walked }: FolderState, settling: number): WatchState {
  return {
    mode,
    detail,
    lastRescanAt: walked ? new Date(walked.atMs).toISOString() : null,
    lastRescanMs: walked?.tookMs ?? null,
    settling,
  };
}

function unreadWords(folders: number): string | null {
  return folders > 0 ? `${folders} folders cannot be read.` : null;
}

function rescanEveryMs(mode: WatchState['mode'], rescanMinutes: number): number {
  if (mode === 'events') return rescanMinutes * 60_000;
  return mode === 'offline' ? offlineRetryMs : rescanWithoutEventsMs;
}
