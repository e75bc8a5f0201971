export type Notice = {
  key: number;
  text: string;
  /** Something did not work. */
  isBad: boolean;
  /** What can be done about it, such as Undo. */
  action: { name: string; run: () => void; isUndo?: boolean } | null;
};

export type Notices = {
  tell(text: string, action?: Notice['action']): void;
  tellFailure(text: string, action?: Notice['action']): void;
  close(key: number): void;
  /** Runs the newest action that takes back what was done. @returns false when there is none */
  undoLast(): boolean;
  all(): readonly Notice[];
  subscribe(listener: () => void): () => void;
};

/** More of them would cover the page. */
const mostShown = 3;

/** Short words about what was just done, the newest last. */
export function createNotices(): Notices {
  let shown: readonly Notice[] = [];
  let lastKey = 0;
  const listeners = new Set<() => void>();

  const show = (next: readonly Notice[]) => {
    shown = next;
    for (const listener of listeners) listener();
  };
  const add = (text: string, isBad: boolean, action: Notice['action']) => {
    lastKey += 1;
    show([...shown, { key: lastKey, text, isBad, action }].slice(-mostShown));
  };
  const close = (key: number) => show(shown.filter((notice) => notice.key !== key));

  return {
    tell: (text, action = null) => add(text, false, action),
    tellFailure: (text, action = null) => add(text, true, action),
    close,
    undoLast() {
      const last = shown.findLast(({ action }) => action?.isUndo === true);
      if (last === undefined) return false;
      close(last.key);
      last.action?.run();
      return true;
    },
    all: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
