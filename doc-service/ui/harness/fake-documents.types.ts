import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FakeImports } from './fake-imports.ts';

/** An archive in memory that answers as the documents API does, for the page's own tests. */
export type FakeDocuments = {
  items: FakeItem[];
  /** Every request is refused with this status while it is set. */
  down: number | null;
  /** Status of the next uploads, and how it is explained. */
  uploadStatus: number;
  /** How much of a file the page may send at a time. */
  chunkBytes: number;
  /** So many of the next pieces break off in their middle. */
  breaks: number;
  /** Whether the person may change documents. */
  mayEdit: boolean;
  /** Whether they may change the tree of folders too. */
  mayEditFolders: boolean;
  /** Folders without documents. */
  emptyFolders: Set<string>;
  /** What people keep beside the documents' own facts. */
  beside: FakeBeside;
  /** Whether it tells of changes by itself; else the stream is refused and the page asks at intervals. */
  isLive: boolean;
  /** Tells every open stream that these documents, and the counts, have changed. */
  tell(ids: readonly string[]): void;
  /** Breaks every open stream off. */
  breakStreams(): void;
  requests: string[];
  /** What is proposed, by document. */
  proposals: Map<string, FakeProposal[]>;
  /** What the archive says of the model. */
  model: { state: string; detail: string | null; name: string | null; is_local: boolean };
  imports: FakeImports;
  privacy: { path: string; level: string }[];
  answer(request: IncomingMessage, response: ServerResponse, path: URL): void;
};

type Body = Record<string, unknown>;
export type FakeBeside = {
  isSuperuser: boolean;
  /** By the paths of folders with `c-` before them. */
  rights: Map<string, Body>;
  sharing: Map<string, Body>;
  views: ({ id: string; name: string } & Body)[];
  settings: Body;
  fields: ({ id: string; key: string } & Body)[];
  values: Map<string, Body>;
  notes: Map<string, ({ id: string } & Body)[]>;
  similar: Map<string, Body[]>;
};

export type FakeItem = {
  id: string;
  title: string;
  filename: string;
  category: string | null;
  status: string;
  pages: number | null;
  size_bytes: number;
  created_at: string;
  error: string | null;
  error_reason?: string;
  /** The same, where the list of what is stuck says it. */
  reason?: string;
  text: string;
  type?: string | null;
  correspondent?: string | null;
  date?: string | null;
  tags?: string[];
  source?: string;
  isTrashed?: boolean;
  versions?: number;
  ocr?: { waiting: number; read: number; failed: number; detail: string | null };
  invoice?: Record<string, unknown>;
  read_pages?: number;
};

export type FakeProposal = {
  field: string;
  value: string | string[];
  is_new?: boolean;
  reason: string;
  confidence: number;
  source: { method: string; page: number | null };
  state: string;
};
