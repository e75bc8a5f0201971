/** Suggestions while a query is typed: words, filters, titles and tags of what the caller may see. */
import { Hono, type Context } from 'hono';
import { caseKey } from '#platform/case-key.ts';
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import type { Viewer } from './documents.types.ts';
import { seenWords, type Evidence } from './seen-words.store.ts';
import { visibleTo } from './visibility.ts';

export type Completion = {
  before: string;
  word: string;
  field: string | null;
  words: string[];
  filters: string[];
  names: string | null;
};
export type SuggestDeps = {
  viewerOf: (c: Context) => Viewer;
  read: (c: Context) => Read;
  /** What the last word may go on to; null where nothing is being typed. */
  complete: (read: Read, typed: string) => Promise<Completion | null>;
  /** What shows that a word stands in some document. */
  evidenceOf: (read: Read, words: readonly string[]) => Promise<Evidence[]>;
};

const maxWords = 8;
const maxTitles = 5;
const maxValues = 6;
/** Fields whose values are columns of a document. */
const columns = {
  type: Prisma.sql`d.type`,
  correspondent: Prisma.sql`d.correspondent`,
  folder: Prisma.sql`d.category`,
  category: Prisma.sql`d.category`,
};
/** Tags, types, correspondents and folders are looked for among the newest documents. */
const newestDocuments = 5_000;

export function suggestRoutes({ viewerOf, read: readFor, complete, evidenceOf }: SuggestDeps): Hono {
  const routes = new Hono();

  routes.get('/documents/suggest', async (c) => {
    const read = readFor(c);
    const viewer = viewerOf(c);
    const found = await complete(read, c.req.query('q') ?? '');
    if (!found) return c.json({ words: [], filters: [], titles: [], tags: [] });
    const { before, field, word, filters, names } = found;
    const [words, titles, tags, values] = await Promise.all([
      evidenceOf(read, found.words).then((evidence) => seenWords(read, viewer, evidence)),
      names === null ? [] : titlesOf(read, viewer, names),
      field === null || field === 'tag' ? tagsOf(read, viewer, word) : [],
      field !== null && isValued(field) ? valuesOf(read, viewer, field, word) : [],
    ]);
    return c.json({
      words: words.slice(0, maxWords).map((one) => ({ text: one, query: `${before}${one} ` })),
      filters: [...filters, ...values.map((value) => `${field}:${quotedValue(value)}`)].map((text) => ({
        text,
        query: `${before}${text}${text.endsWith(':') ? '' : ' '}`,
      })),
      titles,
      tags: tags.map((tag) => ({ text: tag, query: `${before}tag:${quotedValue(tag)} ` })),
    });
  });

  return routes;
}

function titlesOf(read: Read, viewer: Viewer, names: string): Promise<{ id: string; title: string }[]> {
  return read<{ id: string; title: string }>(Prisma.sql`
    SELECT d.id::text, d.title FROM documents d
    WHERE d.names @@ ${names}::tsquery AND ${visibleTo(viewer)} AND d.superseded_by IS NULL AND d.trashed_at IS NULL
    ORDER BY d.seq DESC LIMIT ${maxTitles}`);
}

async function tagsOf(read: Read, viewer: Viewer, word: string): Promise<string[]> {
  const rows = await read<{ tag: string }>(Prisma.sql`
    SELECT min(tag) AS tag FROM (${newestSql(viewer, Prisma.sql`d.tags, d.tag_keys`, Prisma.sql`d.tags <> '{}'`)}) AS newest,
      unnest(newest.tags, newest.tag_keys) AS one(tag, key)
    WHERE starts_with(key, ${caseKey(word)}) GROUP BY key ORDER BY count(*) DESC, key LIMIT ${maxValues}`);
  return rows.map(({ tag }) => tag);
}

async function valuesOf(
  read: Read,
  viewer: Viewer,
  field: keyof typeof columns,
  word: string,
): Promise<string[]> {
  const value = columns[field];
  const rows = await read<{ value: string }>(Prisma.sql`
    SELECT value FROM (${newestSql(viewer, Prisma.sql`${value} AS value`, Prisma.sql`${value} IS NOT NULL`)}) AS newest
    WHERE starts_with(lower(value), lower(${word})) GROUP BY value ORDER BY count(*) DESC, value LIMIT ${maxValues}`);
  return rows.map((row) => row.value);
}

function newestSql(viewer: Viewer, columns: Prisma.Sql, condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT ${columns} FROM documents d
    WHERE ${visibleTo(viewer)} AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${condition}
    ORDER BY d.seq DESC LIMIT ${newestDocuments}`;
}

function isValued(field: string): field is keyof typeof columns {
  return Object.hasOwn(columns, field);
}

function quotedValue(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
