/** What the routes answer, as their OpenAPI tells it; a test holds real answers against it. */
import { z } from 'zod';
import { stations } from './documents.types.ts';
import { fieldKinds } from './fields.rules.ts';

const moment = z.iso.datetime();
const id = z.uuid();
const texts = z.array(z.string());
const items = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const counts = z.record(z.string(), z.int());

const document = z.object({
  id,
  title: z.string(),
  filename: z.string(),
  sha256: z.string().nullable(),
  size_bytes: z.int(),
  pages: z.int().nullable(),
  read_pages: z
    .int()
    .nullable()
    .describe('Pages beyond these were not read: they can be looked at, not found.'),
  version: z.int(),
  status: z.enum(stations),
  source: z.string(),
  category: z.string().nullable(),
  type: z.string().nullable(),
  tags: texts,
  correspondent: z.string().nullable(),
  date: z.string().nullable().describe('The day that it bears.'),
  may_edit: z.boolean(),
  may_share: z.boolean(),
  shared_with: z.object({ read: texts, edit: texts }),
  etag: z.string().describe('For If-Match.'),
  trashed_at: moment.nullable(),
  created_at: moment,
  updated_at: moment,
  error: z.string().nullable(),
  error_reason: z.string().nullable(),
  snippet: z.string().nullable().describe('Found words stand between U+E000 and U+E001.'),
  found_page: z.int().nullable(),
  thumbnail_url: z.string().nullable(),
  superseded_by: id.nullable(),
  places: z.array(z.object({ source: z.string(), path: z.string(), missing: z.boolean(), since: moment })),
});

const facet = z.array(z.object({ value: z.string(), count: z.int() }));
const list = z.object({
  items: z.array(document),
  total: z.int().describe('Counted up to a bound: see is_total_exact.'),
  is_total_exact: z.boolean(),
  page: z.int(),
  page_size: z.int(),
  next_cursor: z.string().nullable(),
  ranked_newest: z.int().nullable(),
  notes: z.array(z.object({ word: z.string(), detail: z.string() })),
  similar: z.array(z.object({ word: z.string(), found: texts })),
  facets: z
    .object({ types: facet, correspondents: facet, tags: facet, sources: facet, fields: facet })
    .optional(),
  facets_of_newest: z
    .int()
    .nullable()
    .optional()
    .describe('Facets are counted over so many of the newest; null: over all.'),
});

const field = z.object({ id, key: z.string(), name: z.string(), kind: z.enum(fieldKinds), choices: texts });
const by = z.object({ name: z.string().nullable() });
const detail = document.extend({
  text: z.string().nullable().describe('Its beginning.'),
  versions: z.array(
    z.object({
      number: z.int(),
      sha256: z.string(),
      size_bytes: z.int(),
      pages: z.int().nullable(),
      place: z.string(),
      created_at: moment,
      download_url: z.string(),
    }),
  ),
  fields: z.array(z.unknown()),
  notes: z.array(
    z.object({
      id,
      text: z.string(),
      by: z.object({ name: z.string().nullable() }),
      is_own: z.boolean(),
      at: moment,
      edited_at: moment.nullable(),
    }),
  ),
  history: z.array(
    z.object({
      at: moment,
      kind: z.string(),
      place: z.string(),
      document_id: id.nullable(),
      by: by.nullable(),
      change: z.unknown(),
    }),
  ),
  ocr: z
    .object({ waiting: z.int(), read: z.int(), failed: z.int(), detail: z.string().nullable() })
    .nullable(),
  invoice: z.looseObject({ source: z.string(), file: z.string(), error: z.string().nullable() }).nullable(),
});

const rights = z.object({ everyone: z.boolean(), read: texts, edit: texts });
const named = z.object({ text: z.string(), query: z.string() });
const rect = z.array(z.number()).length(4);
const view = z.looseObject({
  id,
  name: z.string(),
  list: z.record(z.string(), z.unknown()),
  may_edit: z.boolean(),
});
const upload = z.object({ id, offset: z.int(), size_bytes: z.int(), chunk_bytes: z.int() });

export const answers = {
  list,
  detail,
  bulk: z.object({ changed: z.int(), skipped: z.int(), undo_id: id.nullable().optional() }),
  retried: z.object({ id, status: z.enum(stations) }),
  pending: z.object({ id, status: z.literal('pending') }),
  status: z.object({
    counts,
    rates: z.record(z.string(), z.number()),
    watching: z.record(z.string(), z.unknown()),
    lag_ms: z.number().nullable(),
    current_file: z.string().nullable(),
    parked: z.object({ reason: z.string(), since: z.string() }).nullable(),
    stuck: z.array(
      z.object({
        id,
        title: z.string(),
        filename: z.string(),
        reason: z.string().nullable(),
        error: z.string().nullable(),
        updated_at: moment,
      }),
    ),
  }),
  category: z.looseObject({ id, path: z.string() }),
  categories: items(z.looseObject({ id, path: z.string(), count: z.int() })).extend({
    may_edit: z.boolean(),
    may_set_rights: z.boolean(),
    groups: texts,
  }),
  rights: z.object({
    path: z.string(),
    own: rights.nullable(),
    effective: rights,
    from: z.string().nullable(),
  }),
  field,
  fields: items(field).extend({ may_edit: z.boolean() }),
  similar: items(z.looseObject({ id, title: z.string(), created_at: moment, likeness: z.number() })),
  view,
  views: items(view).extend({ settings: z.unknown(), may_share: z.boolean() }),
  suggest: z.object({
    words: z.array(named),
    filters: z.array(named),
    titles: z.array(z.object({ id, title: z.string() })),
    tags: z.array(named),
  }),
  begun: upload,
  upload: upload.extend({ filename: z.string(), document_id: id.nullable() }),
  words: z.object({
    width: z.number(),
    height: z.number(),
    words: z
      .array(z.array(z.unknown()).length(5))
      .describe('Each: text, left, top, width, height in points.'),
    marks: z.array(rect),
    source: z.enum(['pdf', 'ocr']),
    confidence: z.number().optional(),
  }),
  ocrWaiting: z.object({ page: z.int(), state: z.literal('waiting') }),
  hits: z.looseObject({ pages: z.array(z.unknown()) }),
  versionText: z.object({ number: z.int(), page_count: z.int(), pages: texts, is_all: z.boolean() }),
};
