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
  requests: string[];
  answer(request: IncomingMessage, response: ServerResponse, path: URL): void;
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
};
