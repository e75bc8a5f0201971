import { useSyncExternalStore } from 'react';
import { locale, subscribe } from './words.ts';

/** What words, dates and numbers are written by: a component that asks is drawn anew when it changes. */
export function useLocale(): string {
  return useSyncExternalStore(subscribe, locale);
}
