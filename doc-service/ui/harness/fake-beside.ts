import type { IncomingMessage } from 'node:http';

import type { FakeBeside, FakeDocuments } from './fake-documents.types.ts';

type Send = (status: number, body: unknown) => void;
type Body = Record<string, unknown>;

export function emptyBeside(): FakeBeside {
  return {
    isSuperuser: true,
    rights: new Map(),
    sharing: new Map(),
    views: [],
    settings: { default_view_id: null, columns: null, is_dense: false },
    fields: [],
    values: new Map(),
    notes: new Map(),
    similar: new Map(),
  };
}

/** What the archive keeps of a document beside its own facts, as the API answers it. */
export function besideOf({ beside }: FakeDocuments, id: string) {
  const values = beside.values.get(id) ?? {};
  return {
    may_share: beside.isSuperuser,
    shared_with: beside.sharing.get(id) ?? { read: [], edit: [] },
    notes: beside.notes.get(id) ?? [],
    fields: beside.fields.flatMap((field) =>
      values[field.key] == null ? [] : [{ ...field, value: values[field.key], linked: null }],
    ),
  };
}

/** @returns true when it is answered here */
export function answerBeside(
  fake: FakeDocuments,
  { request, url, send }: { request: IncomingMessage; url: URL; send: Send },
): boolean {
  const [, id = '', part = '', last = ''] = url.pathname.split('/').filter((segment) => segment !== '');
  const work = workFor(fake, `${request.method} ${shapeOf(id, part)}`, {
    id: decodeURIComponent(id),
    part,
    last,
  });
  if (work === null) return false;
  void bodyOf(request).then((body) => send(...work(body)));
  return true;
}

function shapeOf(id: string, part: string): string {
  if (id === 'views' && part !== '') return part === 'settings' ? 'views/settings' : 'views/one';
  if (id === 'fields' && part !== '') return 'fields/one';
  if (id === 'views' || id === 'fields') return id;
  return id === 'categories' ? `categories/one` : `one/${part}`;
}

type Where = { id: string; part: string; last: string };

function workFor(
  fake: FakeDocuments,
  what: string,
  { id, part, last }: Where,
): ((body: Body) => [number, unknown]) | null {
  const { beside } = fake;
  const at = new Date(0).toISOString();
  switch (what) {
    case 'GET views':
      return () => [200, { items: beside.views, settings: beside.settings, may_share: beside.isSuperuser }];
    case 'POST views':
      return ({ name, list, shared }) => {
        const view = {
          id: `v${beside.views.length}`,
          name: String(name),
          list,
          is_shared: shared === true,
          may_edit: true,
        };
        beside.views.push(view);
        return [201, view];
      };
    case 'PUT views/settings':
      return (settings) => [200, (beside.settings = settings)];
    case 'PATCH views/one':
      return ({ name, shared }) => {
        const view = beside.views.find((one) => one.id === part);
        if (view) Object.assign(view, { name, is_shared: shared === true });
        return [200, view];
      };
    case 'DELETE views/one':
      return () => {
        beside.views = beside.views.filter((one) => one.id !== part);
        return [204, undefined];
      };
    case 'GET fields':
      return () => [200, { items: beside.fields, may_edit: beside.isSuperuser }];
    case 'POST fields':
      return ({ name, kind, choices }) => {
        const key = String(name).toLowerCase();
        const field = { id: key, key, name: String(name), kind: String(kind), choices: choices ?? [] };
        beside.fields.push(field);
        return [201, field];
      };
    case 'DELETE fields/one':
      return () => {
        beside.fields = beside.fields.filter((one) => one.id !== part);
        return [204, undefined];
      };
    case 'PATCH one/fields':
      return ({ fields }) => {
        beside.values.set(id, { ...beside.values.get(id), ...(isBody(fields) ? fields : {}) });
        return [200, {}];
      };
    case 'POST one/notes':
      return ({ text }) => {
        const notes = beside.notes.get(id) ?? [];
        const note = { id: `n${notes.length}`, text: String(text), by: { name: 'Ada' }, is_own: true, at };
        beside.notes.set(id, [...notes, note]);
        return [200, {}];
      };
    case 'DELETE one/notes':
      return () => {
        beside.notes.set(
          id,
          (beside.notes.get(id) ?? []).filter((note) => note.id !== last),
        );
        return [200, {}];
      };
    case 'PUT one/sharing':
      return (sharing) => [200, beside.sharing.set(id, sharing).get(id)];
    case 'GET one/similar':
      return () => [200, { items: beside.similar.get(id) ?? [] }];
    case 'GET categories/one':
      return last === 'rights' ? () => [200, rightsOf(fake, part)] : () => [404, {}];
    case 'PUT categories/one':
      return ({ rights }) => {
        if (isBody(rights)) beside.rights.set(decodeURIComponent(part), rights);
        else beside.rights.delete(decodeURIComponent(part));
        return [200, rightsOf(fake, part)];
      };
    default:
      return null;
  }
}

function rightsOf({ beside }: FakeDocuments, part: string) {
  const own = beside.rights.get(decodeURIComponent(part)) ?? null;
  const everybody = { everyone: true, read: [], edit: ['doc-service-admin'] };
  return { own, effective: own ?? everybody, from: own === null ? null : 'here' };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const json: unknown = text === '' ? {} : JSON.parse(text);
  return isBody(json) ? json : {};
}

function isBody(json: unknown): json is Body {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
