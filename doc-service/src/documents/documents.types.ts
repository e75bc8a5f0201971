/** The words of this room. */

export const stations = ['seen', 'kept', 'read', 'searchable', 'stuck'] as const;
export type Station = (typeof stations)[number];
export type StatusCounts = Record<Station, number>;

export const sorts = [
  'created_at',
  '-created_at',
  'title',
  '-title',
  'size_bytes',
  '-size_bytes',
  'relevance',
] as const;
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
  type: string | null;
  tags: string[];
  correspondent: string | null;
  date: string | null;
  revision: number;
  trashed_at: Date | null;
  may_edit: boolean;
  may_share: boolean;
  shared_readers: string[];
  shared_editors: string[];
};
/**
 * @property isEditor may change what everybody sees
 * @property groups as the gateway vouches for them
 */
export type Viewer = { userId: string; isEditor: boolean; isSuperuser: boolean; groups: string[] };
/** Names of groups. Those who edit read too; `everyone` is everybody signed in. */
export type Rights = { everyone: boolean; read: string[]; edit: string[] };
export type Editor = Viewer & { name: string | null };

/** @property key of one of the archive's own fields, as filters write it */
export type FieldFilter = { key: string; value: string };

/** `after` is the first day that is wanted, `before` the first that is not; in UTC. */
export type ListFilter = {
  category: string | null;
  statuses: string[];
  /** All of them. */
  tags: string[];
  fields: FieldFilter[];
  type: string | null;
  correspondent: string | null;
  source: string | null;
  after: Date | null;
  before: Date | null;
  isTrashed: boolean;
};

export type VersionRow = {
  number: number;
  sha256: string;
  sizeBytes: bigint;
  pages: number | null;
  place: string;
  createdAt: Date;
};
export type PlaceRow = {
  document_id: string;
  source: string;
  path: string;
  is_missing: boolean;
  since: Date;
};
export type EventRow = {
  at: Date;
  kind: string;
  place: string;
  other_id: string | null;
  by_name: string | null;
  change: unknown;
};
