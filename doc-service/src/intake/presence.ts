/** Is the watched folder there, and how are its changes heard: by events, by looking alone, or not at all? */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { after, beforeTheStart, isPeekDue, type FolderEvent, type FolderState } from './folder.rules.ts';
import { isOnNetwork } from './root-folder.ts';
import { createRootWatch } from './root-watch.ts';
import type { watchFolder } from './watch.ts';

export type PresenceDeps = {
  root: string;
  watch: typeof watchFolder;
  isIgnored: (name: string, path: string) => boolean;
  isOn: () => boolean;
  onHint: (path: string) => void;
  /** What is still waiting to settle is not to be looked for any more. */
  onAway: () => void;
  now: () => number;
  log: Logger;
};

export type Presence = {
  state: () => FolderState;
  happened: (event: FolderEvent) => void;
  /** Watching is switched off. */
  off: () => Promise<void>;
  offline: (reason: string) => Promise<void>;
  /** @param unreadFolders how many folders the walk could not read */
  online: (unreadFolders: number) => Promise<void>;
  fallBackToRescans: (why: string) => Promise<void>;
  /** Is it still the folder that is watched? Else it is walked through at once, and watched anew. */
  peek: () => Promise<void>;
  close: () => Promise<void>;
};

export function createPresence({ root, watch, isIgnored, isOn, now, log, ...deps }: PresenceDeps): Presence {
  const watching = createRootWatch({ root, watch, isIgnored });
  let state = beforeTheStart;
  const happened = (event: FolderEvent): void => {
    state = after(state, event);
  };
  const fallBackToRescans = async (why: string): Promise<void> => {
    log.warn({ why }, 'the file system does not report all changes: rescans instead');
    happened({ type: 'unreported', why });
    await watching.close();
  };
  const leave = async (event: FolderEvent): Promise<void> => {
    happened(event);
    deps.onAway();
    await watching.close();
  };
  const open = (): Promise<void> => {
    happened({ type: 'opened', atMs: now() });
    return watching.open({
      onHint: deps.onHint,
      // What came between the walk and the first event.
      onReady: () => happened({ type: 'hinted', atMs: now() }),
      onGone: () => happened({ type: 'gone', atMs: now() }),
      onError: (err) => void fallBackToRescans(errorCode(err) ?? 'unknown'),
    });
  };
  return {
    state: () => state,
    happened,
    off: () => leave({ type: 'off' }),
    async offline(reason) {
      if (state.mode !== 'offline') log.warn({ reason }, 'the watched folder is offline');
      await leave({ type: 'offline', reason });
    },
    async online(unreadFolders) {
      if (!isOn()) return;
      if (state.mode === 'offline') log.info('the watched folder is back');
      if (watching.isOpen()) return happened({ type: 'still-watched', unreadFolders });
      if (state.mode === 'rescans') return;
      const mode = (await isOnNetwork(root)) ? 'rescans' : 'events';
      happened({ type: 'watched', mode, unreadFolders });
      if (mode === 'events') await open();
    },
    fallBackToRescans,
    async peek() {
      if (!isPeekDue(state, now())) return;
      happened({ type: 'peeked', atMs: now() });
      if (await watching.isSame()) return;
      await watching.close();
      happened({ type: 'replaced', atMs: now() });
    },
    close: watching.close,
  };
}
