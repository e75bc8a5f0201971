/** What the catalogues offer, as the use-cases need it. */
import type { Catalogue, CatalogueEntry, Issue } from './catalogue-document.rules.ts';
import type { ComposeEdit } from './compose.rules.ts';

export type CatalogueState = {
  /** `shipped`, or the address. */
  id: string;
  name: string;
  catalogue: Catalogue | null;
  /** `null`: it came with the program. */
  fetchedAt: Date | null;
  problem: string | null;
};

export type CatalogueCopy = Issue & { fetchedAt: Date };

export type CatalogueStore = {
  find: (source: string) => Promise<CatalogueCopy | null>;
  /** Only in place of an older issue or of the same: two gateways may write at once. */
  keep: (source: string, copy: CatalogueCopy) => Promise<void>;
};

export type Runtime = {
  kind: 'compose' | 'kubernetes';
  /** What is written, in words. */
  file: string;
  starts: boolean;
  /** Writes the service down, or applies it. @returns `undo` puts things back as they were */
  write: (
    entry: CatalogueEntry,
    variables: Readonly<Record<string, string>>,
  ) => Promise<ComposeEdit & { undo?: () => Promise<void> }>;
  /** @returns what went wrong, in words; `null`: it was started */
  start: (id: string) => Promise<string | null>;
  /** Which of these it runs, or has written down. What cannot be read has none. */
  runs: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * Stops the container and takes it out of what was written; volumes stay. @returns `isStopped: false`
   * where it is only out of the file; else what went wrong, in words
   */
  remove: (id: string) => Promise<{ ok: true; isStopped: boolean } | { ok: false; detail: string }>;
};
