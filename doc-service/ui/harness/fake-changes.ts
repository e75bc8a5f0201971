import type { IncomingMessage } from 'node:http';

import type { FakeDocuments, FakeItem } from './fake-documents.types.ts';

type Send = (status: number, body: unknown) => void;

/** @returns true when the request was a change, and is being answered */
export type Changes = (request: IncomingMessage, url: URL, send: Send) => boolean;

type Found = (fake: FakeDocuments, search: URLSearchParams) => FakeItem[];

/** Changes of documents and folders, as the documents API takes them. */
export function createChanges(
  fake: FakeDocuments,
  found: Found,
  wire: (fake: FakeDocuments, item: FakeItem) => unknown,
): Changes {
  const undos = new Map<string, FakeItem[]>();

  return (request, url, send) => {
    const [, id = '', part = '', last = ''] = url.pathname.split('/').filter((segment) => segment !== '');
    const change = async () => {
      const body = await bodyOf(request);
      if (!fake.mayEdit)
        return send(403, { title: 'Not allowed', detail: 'Changing it needs the group doc-service-admin.' });
      if (id === 'categories')
        return send(...changeCategory(request.method ?? '', decodeURIComponent(part), url, body));
      if (id === 'bulk' && last === 'undo') return undo(part, send);
      if (id === 'bulk') return bulk(body, send);
      return changeField(id, part, { body, etag: request.headers['if-match'] }, send);
    };
    const isChange =
      request.method === 'PATCH' ||
      request.method === 'DELETE' ||
      id === 'bulk' ||
      (id === 'categories' && request.method === 'POST');
    if (isChange) void change();
    return isChange;
  };

  function changeField(
    id: string,
    field: string,
    { body, etag }: { body: Body; etag: string | undefined },
    send: Send,
  ): void {
    const item = fake.items.find((one) => one.id === id);
    if (item === undefined) return send(404, { title: 'Not found' });
    if (etag !== undefined && etag !== etagOf(item)) return send(412, { title: 'Changed meanwhile' });
    if (field === 'title') item.title = String(body['title']);
    if (field === 'type') item.type = typeof body['type'] === 'string' ? body['type'] : null;
    if (field === 'correspondent') item.correspondent = textOr(body['correspondent']);
    if (field === 'date') item.date = textOr(body['date']);
    if (field === 'tags') item.tags = strings(body['tags']);
    send(200, wire(fake, item));
  }

  function bulk(body: Body, send: Send): void {
    const ids = new Set(strings(body['ids']));
    const items = isBody(body['all_of'])
      ? found(fake, searchOf(body['all_of']))
      : fake.items.filter((item) => ids.has(item.id));
    const undoId = `undo-${undos.size + 1}`;
    undos.set(undoId, structuredClone(items));
    const change = isBody(body['change']) ? body['change'] : {};
    const removed = strings(change['remove_tags']);
    for (const item of items) {
      item.tags = [
        ...new Set([
          ...(item.tags ?? []).filter((tag) => !removed.includes(tag)),
          ...strings(change['add_tags']),
        ]),
      ];
      if ('type' in change) item.type = typeof change['type'] === 'string' ? change['type'] : null;
      if ('correspondent' in change) item.correspondent = textOr(change['correspondent']);
      if ('category' in change)
        item.category = typeof change['category'] === 'string' ? change['category'] : null;
      if (typeof change['trash'] === 'boolean') item.isTrashed = change['trash'];
    }
    send(200, { changed: items.length, undo_id: undoId });
  }

  function undo(undoId: string, send: Send): void {
    const before = undos.get(undoId);
    if (before === undefined) return send(404, { title: 'Not found', detail: 'It is undone already.' });
    undos.delete(undoId);
    fake.items = fake.items.map((item) => before.find(({ id }) => id === item.id) ?? item);
    send(200, { changed: before.length });
  }

  function changeCategory(method: string, id: string, url: URL, body: Body): [number, unknown] {
    const path = typeof body['path'] === 'string' ? body['path'] : '';
    const isThere = (one: string) => categoriesOf(fake).items.some((category) => category.path === one);
    if (method === 'POST' && isThere(path))
      return [409, { title: 'Conflict', detail: 'It is there already.' }];
    if (method === 'POST') {
      fake.emptyFolders.add(path);
      return [201, { id: path, path, count: 0 }];
    }
    const folder = id.slice('c-'.length);
    const to = url.searchParams.get('to')?.slice('c-'.length);
    if (method === 'PATCH' && isThere(path) && body['merge'] !== true)
      return [409, { title: 'Conflict', detail: 'It is there already.' }];
    const target = method === 'PATCH' ? path : to;
    const moved = fake.items.filter(
      ({ category }) => category === folder || category?.startsWith(`${folder}/`) === true,
    );
    if (target === undefined && moved.length > 0)
      return [409, { title: 'Conflict', detail: 'It is not empty.' }];
    for (const item of moved) item.category = (target ?? '') + (item.category ?? '').slice(folder.length);
    if (fake.emptyFolders.delete(folder) && method === 'PATCH') fake.emptyFolders.add(path);
    return [200, { id: `c-${path}`, path, count: moved.length }];
  }
}

/** Another one for each state of a document. */
export function etagOf({
  id,
  title,
  type,
  correspondent,
  date,
  tags,
  category,
  isTrashed,
}: FakeItem): string {
  return `"${Buffer.from(JSON.stringify([id, title, type, correspondent, date, tags, category, isTrashed])).toString('base64url')}"`;
}

export function categoriesOf({ items, emptyFolders, mayEdit, mayEditFolders, beside }: FakeDocuments) {
  const counts = new Map([...emptyFolders].map((path) => [path, 0]));
  for (const { category, isTrashed } of items) {
    if (category !== null && isTrashed !== true) counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  const mayEditTree = mayEdit && mayEditFolders;
  const may = { may_edit: mayEditTree };
  return {
    items: [...counts].map(([path, count]) => ({
      id: `c-${path}`,
      path,
      count,
      has_rights: beside.rights.has(`c-${path}`),
      ...may,
    })),
    ...may,
    may_set_rights: mayEditTree && beside.isSuperuser,
    groups: ['staff', 'accounting'],
  };
}

export function facetsOf(items: readonly FakeItem[]) {
  const counted = (values: string[]) =>
    [...new Set(values)].map((value) => ({ value, count: values.filter((one) => one === value).length }));
  return {
    types: counted(items.flatMap(({ type }) => type ?? [])),
    correspondents: counted(items.flatMap(({ correspondent }) => correspondent ?? [])),
    tags: counted(items.flatMap(({ tags }) => tags ?? [])),
    sources: counted(items.map(({ source }) => source ?? 'watch')),
  };
}

type Body = Record<string, unknown>;

export async function bodyOf(request: IncomingMessage): Promise<Body> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const json: unknown = text === '' ? {} : JSON.parse(text);
  return isBody(json) ? json : {};
}

function isBody(json: unknown): json is Body {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function textOr(json: unknown): string | null {
  return typeof json === 'string' ? json : null;
}

function strings(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((one) => typeof one === 'string') : [];
}

function searchOf(query: Body): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
    ),
  );
}
