/** What the documents API proposes while a query is typed. */
import { entries, record } from './json.ts';

/** @property query what the search box holds when it is taken */
export type QueryPart = { text: string; query: string };
export type QueryProposals = {
  words: QueryPart[];
  filters: QueryPart[];
  titles: { id: string; title: string }[];
};

export const noProposals: QueryProposals = { words: [], filters: [], titles: [] };

export function readQueryProposals(json: unknown): QueryProposals {
  const body = record(json, 'suggest');
  const parts = (given: unknown): QueryPart[] =>
    entries(given).flatMap(({ text, query }) =>
      typeof text === 'string' && typeof query === 'string' ? [{ text, query }] : [],
    );
  return {
    words: parts(body['words']),
    // A tag is a filter that already has its value.
    filters: [
      ...parts(body['filters']),
      ...parts(body['tags']).map(({ text, query }) => ({ text: `tag:${text}`, query })),
    ],
    titles: entries(body['titles']).flatMap(({ id, title }) =>
      typeof id === 'string' && typeof title === 'string' ? [{ id, title }] : [],
    ),
  };
}
