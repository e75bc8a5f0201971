/** What tests of the library ask of the service: changes by editors, lists, and documents that are found. */
import { pdf } from '@berth/testing/pdf.ts';
import { alice, until, type Item, type Listing, type TestService } from './service.ts';

export const editors = ['doc-service-admin'];
export type Asked = { as?: string; groups?: string[]; ifMatch?: string };

export function libraryOf(serviceOf: () => TestService) {
  const send = (
    method: string,
    path: string,
    body?: unknown,
    { as = alice, groups = editors, ifMatch }: Asked = {},
  ) =>
    serviceOf().ask(path, {
      method,
      as,
      groups,
      headers: {
        'content-type': 'application/json',
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answerOf = async (answer: Promise<Response>): Promise<Listing> => {
    const body: unknown = await (await answer).json();
    if (!isListing(body)) throw new Error('no object came');
    return body;
  };
  const isListing = (body: unknown): body is Listing => typeof body === 'object' && body !== null;
  const listed = (query: string, asked: Asked = {}) =>
    serviceOf().json(`/documents?${query}`, { groups: editors, ...asked });
  const document = (id: string) => serviceOf().json(`/documents/${id}`, { groups: editors });
  const searchable = (q: string): Promise<Item> =>
    until(
      () => listed(`q=${encodeURIComponent(q)}`),
      ({ items, similar }) => items[0]?.status === 'searchable' && similar.length === 0,
    ).then(({ items }) => {
      if (!items[0]) throw new Error(`nothing found for ${q}`);
      return items[0];
    });
  /** The same words are the same bytes. */
  const made = new Map<string, Promise<Uint8Array>>();
  const pdfOf = (words: string): Promise<Uint8Array> => {
    const bytes = made.get(words) ?? pdf(words);
    made.set(words, bytes);
    return bytes;
  };
  const found = async (path: string, word: string): Promise<Item> => {
    await serviceOf().drop(path, await pdfOf(`About the ${word}`));
    return searchable(word);
  };
  const upload = async (word: string, as: string): Promise<string> => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(await pdfOf(`Private ${word}`))]), `${word}.pdf`);
    return (await answerOf(serviceOf().ask('/documents/upload', { method: 'POST', body: form, as }))).id;
  };
  const categories = async () => (await serviceOf().json('/documents/categories')).items;
  const categoryId = async (path: string) =>
    (await categories()).find((one) => one.path === path)?.id ?? 'none';
  return { send, answerOf, listed, document, searchable, pdfOf, found, upload, categories, categoryId };
}
