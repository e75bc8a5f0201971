/** Keys that work on every page, and the keys that the page of an extension has told of. */
import type { GlobalKey, KeyHelp } from '@berth/plugin-kit/contract/frame.ts';
import { useSyncExternalStore } from 'react';

export const modKey = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl';

type PageKeys = { of: string; keys: readonly KeyHelp[] };

let onKey: ((key: GlobalKey) => void) | null = null;
let pageKeys: PageKeys | null = null;
const listeners = new Set<() => void>();

/** The shell's frame listens; an extension's page presses. @returns a function that ends it */
export function listenForGlobalKeys(listener: (key: GlobalKey) => void): () => void {
  onKey = listener;
  return () => {
    if (onKey === listener) onKey = null;
  };
}

export function pressGlobalKey(key: GlobalKey): void {
  onKey?.(key);
}

export function tellPageKeys(next: PageKeys | null): void {
  pageKeys = next;
  for (const listener of listeners) listener();
}

export function usePageKeys(): PageKeys | null {
  return useSyncExternalStore(subscribe, () => pageKeys);
}

/** Whether a key is text that somebody writes. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
