import type { IncomingMessage, ServerResponse } from 'node:http';

/** An archive in memory that answers as the documents API does, for the page's own tests. */
export type FakeDocuments = {
  items: FakeItem[];
  /** Every request is refused with this status while it is set. */
  down: number | null;
  /** Status of the next uploads, and how it is explained. */
  uploadStatus: number;
  /** Whether the person may change documents. */
  mayEdit: boolean;
  /** Whether they may change the tree of folders too. */
  mayEditFolders: boolean;
  /** Folders without documents. */
  emptyFolders: Set<string>;
  /** What people keep beside the documents' own facts. */
  beside: FakeBeside;
  requests: string[];
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
  text: string;
  type?: string | null;
  tags?: string[];
  source?: string;
  isTrashed?: boolean;
  versions?: number;
  ocr?: { waiting: number; read: number; failed: number; detail: string | null };
  invoice?: Record<string, unknown>;
  read_pages?: number;
};
