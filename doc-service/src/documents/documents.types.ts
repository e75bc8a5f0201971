/** The words of this room. */
export const stations = ['seen', 'kept', 'read', 'searchable', 'stuck'] as const;
export type Station = (typeof stations)[number];
export type StatusCounts = Record<Station, number>;

export const sorts = ['created_at', '-created_at', 'title', '-title', 'size_bytes', '-size_bytes', 'relevance'] as const;
export type Sort = (typeof sorts)[number];

export type DocumentRow = {
  id: string;
  sha256: string | null;
  size_bytes: bigint;
  title: string;
  filename: string;
  category: string | null;
  status: Station;
  source: string;
  pages: number | null;
  read_pages: number | null;
  version: number;
  error_reason: string | null;
  error_detail: string | null;
  created_at: Date;
  updated_at: Date;
  superseded_by: string | null;
};
export type VersionRow = { number: number; sha256: string; sizeBytes: bigint; pages: number | null; place: string; createdAt: Date };
export type PlaceRow = { document_id: string; source: string; path: string; is_missing: boolean; since: Date };
export type EventRow = { at: Date; kind: string; place: string; other_id: string | null };
