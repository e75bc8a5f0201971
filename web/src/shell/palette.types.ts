import type { ReactNode } from 'react';

/** One line of the palette. `under`: what it is, or whose. */
export type Entry = { id: string; title: string; under: string; icon: ReactNode; go: () => void };
/** Entries below one heading. `note`: said in place of entries, or after them. */
export type Section = { id: string; title: string; entries: Entry[]; note?: string };
