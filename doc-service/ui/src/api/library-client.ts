/** Rights, views, fields, notes and likeness, asked of the documents API. */
import {
  readFields,
  readFolderRights,
  readSimilar,
  readView,
  readViews,
  type Field,
  type FieldKind,
  type FieldValue,
  type FolderRights,
  type LibrarySettings,
  type Rights,
  type Sharing,
  type SimilarItem,
  type View,
  type Views,
} from './library-wire.ts';

import { readArrivals, readMail, type Arrivals, type Mail } from './arrivals-wire.ts';
import { readImports, type Imports } from './import-wire.ts';
import { readQueryProposals, type QueryProposals } from './suggest-wire.ts';

export type NewField = { name: string; kind: FieldKind; choices?: readonly string[] };

export type LibraryApi = {
  folderRights(categoryId: string, signal: AbortSignal): Promise<FolderRights>;
  /** @param rights null: the folder above decides */
  setFolderRights(categoryId: string, rights: Rights | null): Promise<void>;
  share(id: string, sharing: Sharing): Promise<void>;
  views(signal: AbortSignal): Promise<Views>;
  makeView(view: Pick<View, 'name' | 'list'> & { shared: boolean }): Promise<View>;
  changeView(id: string, change: { name?: string; list?: View['list']; shared?: boolean }): Promise<View>;
  removeView(id: string): Promise<void>;
  saveLibrarySettings(settings: LibrarySettings): Promise<void>;
  fields(signal: AbortSignal): Promise<{ items: Field[]; mayEdit: boolean }>;
  makeField(field: NewField): Promise<void>;
  changeField(id: string, change: { name?: string; choices?: readonly string[] }): Promise<void>;
  removeField(id: string): Promise<void>;
  setFields(id: string, values: Readonly<Record<string, FieldValue | null>>): Promise<void>;
  addNote(id: string, text: string): Promise<void>;
  editNote(id: string, noteId: string, text: string): Promise<void>;
  removeNote(id: string, noteId: string): Promise<void>;
  /** How the last word of a query may go on. */
  suggest(typed: string, signal: AbortSignal): Promise<QueryProposals>;
  arrivals(signal: AbortSignal): Promise<Arrivals>;
  mail(signal: AbortSignal): Promise<Mail>;
  lookForMail(): Promise<void>;
  imports(signal: AbortSignal): Promise<Imports>;
  startImport(name: string, isDryRun: boolean): Promise<void>;
  similar(id: string, signal: AbortSignal): Promise<SimilarItem[]>;
};

type Json = (path: string, signal: AbortSignal) => Promise<unknown>;
type Send = (method: string, path: string, body?: unknown) => Promise<Response>;

export function createLibraryApi(json: Json, send: Send): LibraryApi {
  const one = (id: string) => `documents/${encodeURIComponent(id)}`;
  const view = (id: string) => `documents/views/${encodeURIComponent(id)}`;
  const field = (id: string) => `documents/fields/${encodeURIComponent(id)}`;
  const rights = (id: string) => `documents/categories/${encodeURIComponent(id)}/rights`;
  const note = (id: string, noteId: string) => `${one(id)}/notes/${encodeURIComponent(noteId)}`;
  return {
    folderRights: async (id, signal) => readFolderRights(await json(rights(id), signal)),
    setFolderRights: async (id, given) => void (await send('PUT', rights(id), { rights: given })),
    share: async (id, sharing) => void (await send('PUT', `${one(id)}/sharing`, sharing)),
    views: async (signal) => readViews(await json('documents/views', signal)),
    makeView: async (given) => readView(await (await send('POST', 'documents/views', given)).json()),
    changeView: async (id, change) => readView(await (await send('PATCH', view(id), change)).json()),
    removeView: async (id) => void (await send('DELETE', view(id))),
    saveLibrarySettings: async ({ defaultViewId, columns, isDense }) =>
      void (await send('PUT', 'documents/views/settings', {
        default_view_id: defaultViewId,
        columns,
        is_dense: isDense,
      })),
    fields: async (signal) => readFields(await json('documents/fields', signal)),
    makeField: async (given) => void (await send('POST', 'documents/fields', given)),
    changeField: async (id, change) => void (await send('PATCH', field(id), change)),
    removeField: async (id) => void (await send('DELETE', field(id))),
    setFields: async (id, fields) => void (await send('PATCH', `${one(id)}/fields`, { fields })),
    addNote: async (id, text) => void (await send('POST', `${one(id)}/notes`, { text })),
    editNote: async (id, noteId, text) => void (await send('PATCH', note(id, noteId), { text })),
    removeNote: async (id, noteId) => void (await send('DELETE', note(id, noteId))),
    suggest: async (typed, signal) =>
      readQueryProposals(await json(`documents/suggest?q=${encodeURIComponent(typed)}`, signal)),
    arrivals: async (signal) => readArrivals(await json('documents/arrivals', signal)),
    mail: async (signal) => readMail(await json('documents/mail', signal)),
    lookForMail: async () => void (await send('POST', 'documents/mail/look')),
    imports: async (signal) => readImports(await json('documents/imports/paperless', signal)),
    startImport: async (name, isDryRun) =>
      void (await send('POST', 'documents/imports/paperless', { name, dry_run: isDryRun })),
    similar: async (id, signal) => readSimilar(await json(`${one(id)}/similar`, signal)),
  };
}
